package dev.fugitive.client.origin;

import dev.fugitive.client.trust.AddressClass;
import dev.fugitive.client.trust.TrustOrigins;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which addresses may be connected to on somebody's behalf.
 *
 * <p>It is asked with an address, never with a name, immediately before that address is connected
 * to; a name that means something else the next time it is looked up gains nothing. A page in a
 * browser can reach the proxy, so a client on this machine gets no more than one from elsewhere.
 *
 * <p>Intranet addresses are within reach: people have proxies to reach them. What comes from there
 * is never shared.
 */
public final class OriginReach {
  /** Everything: for programs that fetch what they themselves chose. */
  public static final OriginReach ANYWHERE = new OriginReach(true, TrustOrigins.NONE);

  /** Where clouds answer with credentials, beyond 169.254.0.0/16. */
  private static final Set<InetAddress> METADATA =
      addresses("fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.192");

  private static final byte[] LOCAL_NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 1};

  private final boolean anywhere;
  private final TrustOrigins excepted;

  /** Safe for use by several threads; a handful at most. */
  private final Set<Integer> ownPorts = ConcurrentHashMap.newKeySet();

  private OriginReach(boolean anywhere, TrustOrigins excepted) {
    this.anywhere = anywhere;
    this.excepted = excepted;
  }

  /**
   * Everything but this machine and its link: loopback, unspecified, link-local, multicast,
   * broadcast and metadata addresses.
   *
   * @param excepted hosts that the user named, wherever they are
   */
  public static OriginReach beyondThisMachine(TrustOrigins excepted) {
    return new OriginReach(false, excepted);
  }

  /** From now on this port is out of reach on every address of this machine, named or not. */
  public void closeOwnPort(int port) {
    ownPorts.add(port);
  }

  /**
   * Lets an address pass or throws.
   *
   * @param host the name or literal that led to the address
   */
  public void check(String host, InetAddress address, int port) throws OutOfReachException {
    if (ownPorts.contains(port) && isOfThisMachine(address)) {
      throw new OutOfReachException(host, port, address.getHostAddress(), true);
    }
    if (!anywhere && isOfThisMachineOrLink(address) && !excepted.contains(host, port)) {
      throw new OutOfReachException(host, port, address.getHostAddress(), false);
    }
  }

  /** The same, for an address that carries the name that led to it. */
  void check(InetSocketAddress endpoint) throws OutOfReachException, UnknownHostException {
    InetAddress address = endpoint.getAddress();
    if (address == null) {
      throw new UnknownHostException(endpoint.getHostString());
    }
    check(endpoint.getHostString(), address, endpoint.getPort());
  }

  static boolean isOfThisMachineOrLink(InetAddress address) {
    return switch (AddressClass.of(address)) {
      case LOOPBACK, UNSPECIFIED, LINK_LOCAL, MULTICAST -> true;
      case RESERVED -> isBroadcast(address.getAddress());
      case PUBLIC, PRIVATE, CARRIER_NAT, UNRESOLVED ->
          METADATA.contains(address) || isBehindLocalNat64(address.getAddress());
    };
  }

  private static boolean isBroadcast(byte[] bytes) {
    return bytes.length == 4 && Arrays.equals(bytes, new byte[] {-1, -1, -1, -1});
  }

  /** RFC 8215: the translator of a site may lead back to it; its last four bytes say where to. */
  private static boolean isBehindLocalNat64(byte[] bytes) {
    if (bytes.length != 16 || !Arrays.equals(bytes, 0, 6, LOCAL_NAT64, 0, 6)) {
      return false;
    }
    try {
      return isOfThisMachineOrLink(InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16)));
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("address of four bytes", impossible);
    }
  }

  private static boolean isOfThisMachine(InetAddress address) {
    if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
      return true;
    }
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException unknown) {
      return true;
    }
  }

  private static Set<InetAddress> addresses(String... literals) {
    Set<InetAddress> addresses = new HashSet<>();
    for (String literal : literals) {
      try {
        addresses.add(InetAddress.getByName(literal));
      } catch (UnknownHostException impossible) {
        throw new IllegalStateException("address: " + literal, impossible);
      }
    }
    return Set.copyOf(addresses);
  }
}
