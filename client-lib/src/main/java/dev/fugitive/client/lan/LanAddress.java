package dev.fugitive.client.lan;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;

/**
 * One of this machine's addresses on a network that it shares with others.
 *
 * @param prefixBits how many leading bits all addresses of that network have in common
 */
public record LanAddress(String interfaceName, InetAddress address, int prefixBits) {
  public LanAddress {
    int bits = address.getAddress().length * Byte.SIZE;
    if (prefixBits < 1 || prefixBits > bits) {
      throw new IllegalArgumentException(
          "prefix bits: " + prefixBits + " (expected: 1 to " + bits + ")");
    }
  }

  /** Whether another address is on the same network: no router is between. */
  public boolean isOnLink(InetAddress other) {
    byte[] ours = address.getAddress();
    byte[] theirs = other.getAddress();
    if (ours.length != theirs.length) {
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

  /** The address as this machine must call it: a link-local one belongs to an interface. */
  InetAddress reachable(InetAddress other) throws UnknownHostException, SocketException {
    return other instanceof Inet6Address v6 && v6.isLinkLocalAddress()
        ? Inet6Address.getByAddress(
            null, v6.getAddress(), NetworkInterface.getByName(interfaceName))
        : other;
  }

  @Override
  public String toString() {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return interfaceName + " (" + (scope < 0 ? text : text.substring(0, scope)) + ")";
  }
}
