package dev.fugitive.client.lan;

import dev.fugitive.client.trust.AddressClass;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * On which networks a node makes itself known.
 *
 * @param only the one address to be known at; empty for every network with a private address
 */
public record LanScope(Optional<InetAddress> only) {
  /** Every network that this machine is in with a private or link-local address. */
  public static final LanScope PRIVATE_NETWORKS = new LanScope(Optional.empty());

  /** More interfaces than that are containers and machines within this one. */
  private static final int MAX_ADDRESSES = 4;

  /** Only that network, whatever kind its address is of. */
  public static LanScope at(InetAddress address) {
    return new LanScope(Optional.of(address));
  }

  /**
   * The addresses at this moment, one for each interface that is up and multicasts, IPv4 first.
   *
   * @throws SocketException where the system does not tell
   */
  public List<LanAddress> addresses() throws SocketException {
    List<LanAddress> found = new ArrayList<>();
    for (NetworkInterface one : NetworkInterface.networkInterfaces().toList()) {
      if (one.isUp() && one.supportsMulticast() && !one.isPointToPoint()) {
        best(one).ifPresent(found::add);
      }
    }
    return found.stream().limit(MAX_ADDRESSES).toList();
  }

  private Optional<LanAddress> best(NetworkInterface one) {
    return one.getInterfaceAddresses().stream()
        .filter(address -> isWanted(one, address))
        .min(Comparator.comparing(LanScope::rank))
        .map(address ->
            new LanAddress(one.getName(), address.getAddress(), address.getNetworkPrefixLength()));
  }

  private boolean isWanted(NetworkInterface one, InterfaceAddress address) {
    if (address.getNetworkPrefixLength() < 1) {
      return false;
    }
    return only.map(address.getAddress()::equals)
        .orElseGet(() -> !one.getName().startsWith("lo") && isPrivate(address.getAddress()));
  }

  private static boolean isPrivate(InetAddress address) {
    return switch (AddressClass.of(address)) {
      case PRIVATE, LINK_LOCAL -> true;
      default -> false;
    };
  }

  private static int rank(InterfaceAddress address) {
    if (address.getAddress() instanceof Inet4Address) {
      return 0;
    }
    return address.getAddress().isLinkLocalAddress() ? 2 : 1;
  }
}
