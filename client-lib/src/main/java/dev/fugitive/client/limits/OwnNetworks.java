package dev.fugitive.client.limits;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** The networks that this machine is in, as far as an address can be told to belong to one. */
public final class OwnNetworks {
  private OwnNetworks() {}

  /** Whether a peer's address is on one of them, with no router between, or is this machine. */
  public static boolean contains(InetAddress peer) {
    if (peer.isLoopbackAddress()) {
      return true;
    }
    if (!peer.isSiteLocalAddress() && !peer.isLinkLocalAddress() && !isUniqueLocal(peer)) {
      return false;
    }
    try {
      return NetworkInterface.networkInterfaces()
          .filter(OwnNetworks::isShared)
          .flatMap(network -> network.getInterfaceAddresses().stream())
          .anyMatch(ours -> isOnLink(ours, peer));
    } catch (SocketException unknown) {
      return false;
    }
  }

  private static boolean isShared(NetworkInterface network) {
    try {
      return network.isUp() && !network.isPointToPoint();
    } catch (SocketException gone) {
      return false;
    }
  }

  /** fc00::/7 (RFC 4193). */
  private static boolean isUniqueLocal(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
  }

  private static boolean isOnLink(InterfaceAddress ours, InetAddress peer) {
    return isOnLink(ours.getAddress(), ours.getNetworkPrefixLength(), peer);
  }

  /** Whether two addresses agree in so many leading bits. */
  static boolean isOnLink(InetAddress one, int prefixBits, InetAddress other) {
    byte[] ours = one.getAddress();
    byte[] theirs = other.getAddress();
    if (ours.length != theirs.length || prefixBits < 1) {
      return false;
    }
    for (int bit = 0; bit < prefixBits; bit++) {
      int mask = 0x80 >> (bit % Byte.SIZE);
      if (((ours[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
