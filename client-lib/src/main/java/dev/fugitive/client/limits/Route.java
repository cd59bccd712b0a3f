package dev.fugitive.client.limits;

import dev.fugitive.client.limits.MachineState.Cost;
import dev.fugitive.client.limits.MachineState.Path;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The interface by which packets leave for the Internet.
 *
 * <p>It is found by connecting a UDP socket to an address that belongs to nobody, which sends
 * nothing and follows the system's real choice of route, policy rules included: those are how
 * WireGuard puts itself before a default route that it leaves in place.
 *
 * @param name {@code eth0}
 * @param displayName what it calls itself; on Windows the words of its driver
 * @param localAddress ours there
 * @param type as the system's, ARPHRD on Linux and ifType on Windows; 0 where it is not known
 */
record Route(String name, String displayName, InetAddress localAddress, int type) {
  /** Of the blocks that are for documentation (RFC 5737, RFC 3849). */
  private static final String[] NOBODY = {"198.51.100.1", "2001:db8::1"};

  /** PPP, tunnels, and interfaces without a link layer, as tun and WireGuard are, on Linux. */
  private static final int[] TUNNEL_TYPES = {512, 768, 769, 776, 778, 65534};

  /** PPP, tunnels, and virtual adapters, on Windows (RFC 2863, IANAifType). */
  private static final int[] WINDOWS_TUNNEL_TYPES = {23, 53, 131};

  private static final Pattern TUNNEL_NAMES =
      Pattern.compile(
          "(tun|tap|wg|ppp|utun|ipsec|tailscale|zt|nordlynx|proton|mullvad|gpd|ovpn).*");

  private static final Pattern TUNNEL_WORDS =
      Pattern.compile(
          ".*\\b(wireguard|wintun|tap-windows|openvpn|vpn|tailscale|zerotier|tunnel)\\b.*");

  /** Cellular modems have no link layer either, and are no VPN. */
  private static final Pattern MODEM_NAMES = Pattern.compile("(wwan|wwp|rmnet|usbmodem).*");

  /** The route now; empty where there is none, or it cannot be told. */
  static Optional<Route> now() throws IOException {
    for (String target : NOBODY) {
      Optional<Route> route = to(InetAddress.getByName(target));
      if (route.isPresent()) {
        return route;
      }
    }
    return Optional.empty();
  }

  private static Optional<Route> to(InetAddress target) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(target, 9));
      InetAddress local = socket.getLocalAddress();
      NetworkInterface found =
          local.isAnyLocalAddress() ? null : NetworkInterface.getByInetAddress(local);
      return found == null
          ? Optional.empty()
          : Optional.of(
              new Route(
                  found.getName(),
                  Optional.ofNullable(found.getDisplayName()).orElse(""),
                  local,
                  0));
    } catch (UncheckedIOException | IOException unreachable) {
      return Optional.empty();
    }
  }

  Route withType(int known) {
    return new Route(name, displayName, localAddress, known);
  }

  /** Whether it is a VPN's. */
  Path path(boolean onWindows) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (isModem()) {
      return Path.DIRECT;
    }
    boolean byName =
        TUNNEL_NAMES.matcher(lower).matches()
            || TUNNEL_WORDS.matcher(displayName.toLowerCase(Locale.ROOT)).matches();
    return byName || isTunnelType(onWindows) ? Path.VPN : Path.DIRECT;
  }

  private boolean isTunnelType(boolean onWindows) {
    for (int tunnel : onWindows ? WINDOWS_TUNNEL_TYPES : TUNNEL_TYPES) {
      if (type == tunnel) {
        return true;
      }
    }
    return false;
  }

  private boolean isModem() {
    return MODEM_NAMES.matcher(name.toLowerCase(Locale.ROOT)).matches();
  }

  /**
   * What can be told from the route alone: modems cost, and so does an iPhone's hotspot, which
   * gives out 172.20.10.0/28 and nobody else does.
   */
  Cost cost() {
    byte[] address = localAddress.getAddress();
    boolean hotspot =
        address.length == 4
            && address[0] == (byte) 172
            && address[1] == 20
            && address[2] == 10
            && (address[3] & 0xf0) == 0;
    return hotspot || isModem() ? Cost.METERED : Cost.UNKNOWN;
  }
}
