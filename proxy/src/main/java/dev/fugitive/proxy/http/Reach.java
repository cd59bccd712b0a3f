package dev.fugitive.proxy.http;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a client may reach through this proxy that it could not reach without it: nothing.
 *
 * <p>A client on this machine reaches this machine's own services anyway. A client from elsewhere
 * does not, so for it loopback, link-local (where clouds keep their metadata) and the like are
 * refused, whatever name or notation leads there; an origin that the user trusts is excepted.
 */
final class Reach {
  private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
  private static final byte[] CLOUD_METADATA_V6 = {
    (byte) 0xfd, 0, 0x0e, (byte) 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54
  };

  private Reach() {}

  /** Refuses a target when one of its addresses belongs to this machine or its link alone. */
  static Optional<Refusal> refuse(
      InetAddress client, Authority target, List<InetAddress> addresses, boolean trusted) {
    if (client.isLoopbackAddress() || trusted) {
      return Optional.empty();
    }
    return addresses.stream()
        .filter(Reach::isOfThisMachineOrLink)
        .findFirst()
        .map(address -> Refusal.outOfReach(target, address.getHostAddress()));
  }

  static boolean isOfThisMachineOrLink(InetAddress address) {
    return address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isMulticastAddress()
        || isThisNetwork(address)
        || Arrays.equals(address.getAddress(), CLOUD_METADATA_V6)
        || embeddedIn(address).filter(Reach::isOfThisMachineOrLink).isPresent();
  }

  /** RFC 1122 section 3.2.1.3: 0.0.0.0/8, which some systems take for themselves. */
  private static boolean isThisNetwork(InetAddress address) {
    return address instanceof Inet4Address && address.getAddress()[0] == 0;
  }

  /** The IPv4 address in a NAT64 (RFC 6052) or 6to4 (RFC 3056) one. */
  private static Optional<InetAddress> embeddedIn(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (!(address instanceof Inet6Address)) {
      return Optional.empty();
    }
    if (Arrays.equals(bytes, 0, NAT64.length, NAT64, 0, NAT64.length)) {
      return inet4(bytes, 12);
    }
    return bytes[0] == 0x20 && bytes[1] == 0x02 ? inet4(bytes, 2) : Optional.empty();
  }

  private static Optional<InetAddress> inet4(byte[] bytes, int from) {
    try {
      return Optional.of(InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4)));
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("address of four bytes", impossible);
    }
  }
}
