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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

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

  /** RFC 6052 section 2.1: an IPv4 address follows. */
  private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

  /** RFC 8215: what follows is for the site's translator to read, in a form known to it alone. */
  private static final byte[] LOCAL_NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 1};

  /** As a parsed URL spells it. */
  private static final Pattern IPV4 =
      Pattern.compile(
          "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}");

  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};
  private static final byte[] COMPATIBLE = new byte[12];
  private static final byte[] SIX_TO_FOUR = {0x20, 0x02};

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

  /** Whether it refuses nothing but own ports. */
  public boolean isAnywhere() {
    return anywhere;
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

  /**
   * What {@link #check} would refuse, as far as a URL's host says it: a name other than {@code
   * localhost} is not looked up.
   *
   * @param host an IPv6 address without brackets
   */
  public Optional<OutOfReachException> foresee(String host, int port) {
    boolean literal = host.indexOf(':') >= 0 || IPV4.matcher(host).matches();
    if (!literal && !host.equals("localhost")) {
      return Optional.empty();
    }
    try {
      check(host, InetAddress.getByName(host), port);
      return Optional.empty();
    } catch (OutOfReachException refused) {
      return Optional.of(refused);
    } catch (UnknownHostException noAddress) {
      return Optional.empty();
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
    InetAddress meant = meant(address);
    byte[] bytes = meant.getAddress();
    if (METADATA.contains(meant) || startsWith(bytes, LOCAL_NAT64)) {
      return true;
    }
    return switch (AddressClass.of(meant)) {
      case LOOPBACK, UNSPECIFIED, LINK_LOCAL, MULTICAST -> true;
      case RESERVED -> isBroadcast(bytes);
      case PUBLIC, PRIVATE, CARRIER_NAT, UNRESOLVED -> false;
    };
  }

  private static boolean isBroadcast(byte[] bytes) {
    return bytes.length == 4 && Arrays.equals(bytes, new byte[] {-1, -1, -1, -1});
  }

  /** The IPv4 address inside an IPv6 one that carries one, else the address itself. */
  private static InetAddress meant(InetAddress address) {
    byte[] bytes = address.getAddress();
    int at = embeddedAt(bytes);
    if (at < 0) {
      return address;
    }
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + 4));
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("address of four bytes", impossible);
    }
  }

  /** RFC 4291 section 2.5.5, RFC 6052 section 2.1, RFC 3056 section 2; -1 where there is none. */
  private static int embeddedAt(byte[] bytes) {
    if (startsWith(bytes, SIX_TO_FOUR)) {
      return 2;
    }
    boolean own = startsWith(bytes, new byte[15]); // :: and ::1
    boolean last = startsWith(bytes, NAT64) || startsWith(bytes, MAPPED);
    return last || (startsWith(bytes, COMPATIBLE) && !own) ? 12 : -1;
  }

  private static boolean startsWith(byte[] address, byte[] prefix) {
    return address.length == 16
        && Arrays.equals(address, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static boolean isOfThisMachine(InetAddress given) {
    InetAddress address = meant(given);
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
