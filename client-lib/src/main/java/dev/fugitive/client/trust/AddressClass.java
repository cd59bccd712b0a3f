package dev.fugitive.client.trust;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What kind of network an address or a host's name belongs to; only what is {@link #PUBLIC} is ever
 * shared without a word from the user.
 *
 * <p>Forms that carry an IPv4 address inside an IPv6 one (mapped, compatible, 6to4, NAT64) have the
 * class of the address inside, so that none of them is a way around the rule.
 */
public enum AddressClass {
  /** Globally reachable. */
  PUBLIC,
  /** This machine: 127.0.0.0/8, ::1, {@code localhost}. */
  LOOPBACK,
  /** 0.0.0.0/8 and ::, which many systems take for this machine. */
  UNSPECIFIED,
  /** 169.254.0.0/16 (cloud metadata among them), fe80::/10, names under {@code .local}. */
  LINK_LOCAL,
  /** RFC 1918, fc00::/7, fec0::/10, names without a dot or under a private suffix. */
  PRIVATE,
  /** 100.64.0.0/10, behind a carrier's NAT (RFC 6598). */
  CARRIER_NAT,
  /** 224.0.0.0/4, ff00::/8. */
  MULTICAST,
  /** Set aside for documentation, benchmarks, protocols or the future, or no valid address. */
  RESERVED,
  /** A name that looks public and was not looked up. */
  UNRESOLVED;

  private static final Set<String> PRIVATE_SUFFIXES =
      Set.of("internal", "intranet", "private", "corp", "home", "lan", "localdomain");

  /** The class of an address. */
  public static AddressClass of(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 ? ofV4(bytes) : ofV6(bytes);
  }

  /** The class of a URL's host by its spelling alone: nothing is looked up. */
  public static AddressClass ofHost(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    while (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    if (name.startsWith("[") || name.indexOf(':') >= 0) {
      return ofV6Literal(name);
    }
    List<String> labels = Arrays.asList(name.split("\\.", -1));
    String last = labels.get(labels.size() - 1);
    if (looksNumeric(last)) {
      return ofV4Literal(labels);
    }
    return ofName(name, labels, last);
  }

  /** Whether what is there may be shared with strangers. */
  public boolean isPublic() {
    return this == PUBLIC;
  }

  private static AddressClass ofName(String name, List<String> labels, String last) {
    if (last.equals("localhost") || name.equals("localhost.localdomain")) {
      return LOOPBACK; // RFC 6761 section 6.3
    }
    if (last.equals("local")) {
      return LINK_LOCAL; // RFC 6762 section 3
    }
    boolean homeNetwork = name.equals("home.arpa") || name.endsWith(".home.arpa"); // RFC 8375
    return labels.size() == 1 || homeNetwork || PRIVATE_SUFFIXES.contains(last)
        ? PRIVATE
        : UNRESOLVED;
  }

  /** Whether a host with this last label is read as an IPv4 address (URL Standard, section 3.5). */
  private static boolean looksNumeric(String label) {
    return !label.isEmpty()
        && (label.chars().allMatch(c -> c >= '0' && c <= '9') || label.startsWith("0x"));
  }

  /** Four plain decimal numbers; every other spelling of an address is somebody's trick. */
  private static AddressClass ofV4Literal(List<String> labels) {
    if (labels.size() != 4) {
      return RESERVED;
    }
    byte[] bytes = new byte[4];
    for (int i = 0; i < 4; i++) {
      String label = labels.get(i);
      boolean plain = label.matches("0|[1-9][0-9]{0,2}");
      if (!plain || Integer.parseInt(label) > 255) {
        return RESERVED;
      }
      bytes[i] = (byte) Integer.parseInt(label);
    }
    return ofV4(bytes);
  }

  private static AddressClass ofV6Literal(String name) {
    String bare = name.startsWith("[") ? name.substring(1) : name;
    bare = bare.endsWith("]") ? bare.substring(0, bare.length() - 1) : bare;
    if (!bare.matches("[0-9a-f:.]{2,45}")) {
      return RESERVED;
    }
    try {
      // in brackets it is a literal or an error, never looked up
      return of(InetAddress.getByName("[" + bare + "]"));
    } catch (UnknownHostException notAnAddress) {
      return RESERVED;
    }
  }

  private static AddressClass ofV4(byte[] b) {
    int first = b[0] & 0xff;
    int second = b[1] & 0xff;
    int third = b[2] & 0xff;
    if (first == 0) {
      return UNSPECIFIED;
    }
    if (first == 127) {
      return LOOPBACK;
    }
    if (first == 169 && second == 254) {
      return LINK_LOCAL;
    }
    if (first == 10 || (first == 172 && second >> 4 == 1) || (first == 192 && second == 168)) {
      return PRIVATE;
    }
    if (first == 100 && second >> 6 == 1) {
      return CARRIER_NAT;
    }
    if (first >> 4 == 14) {
      return MULTICAST;
    }
    return isReservedV4(first, second, third) ? RESERVED : PUBLIC;
  }

  /** The rest of the IANA special-purpose registry (RFC 6890) that is not globally reachable. */
  private static boolean isReservedV4(int first, int second, int third) {
    return first >= 240
        || (first == 192 && second == 0 && (third == 0 || third == 2))
        || (first == 192 && second == 88 && third == 99)
        || (first == 198 && (second >> 1 == 9 || (second == 51 && third == 100)))
        || (first == 203 && second == 0 && third == 113);
  }

  private static AddressClass ofV6(byte[] b) {
    if (isZero(b, 0, 15)) {
      return b[15] == 1 ? LOOPBACK : b[15] == 0 ? UNSPECIFIED : RESERVED;
    }
    if (isZero(b, 0, 12) || (isZero(b, 0, 10) && b[10] == -1 && b[11] == -1)) {
      return ofV4(Arrays.copyOfRange(b, 12, 16)); // compatible and mapped (RFC 4291 section 2.5.5)
    }
    int group0 = (b[0] & 0xff) << 8 | (b[1] & 0xff);
    int group1 = (b[2] & 0xff) << 8 | (b[3] & 0xff);
    if (group0 == 0x64 && group1 == 0xff9b) {
      // NAT64 (RFC 6052 section 2.1), and its local-use neighbour (RFC 8215)
      return isZero(b, 4, 12) ? ofV4(Arrays.copyOfRange(b, 12, 16)) : PRIVATE;
    }
    if (group0 == 0x2002) {
      return ofV4(Arrays.copyOfRange(b, 2, 6)); // 6to4 (RFC 3056 section 2)
    }
    return ofV6Prefix(group0, group1);
  }

  private static AddressClass ofV6Prefix(int group0, int group1) {
    if (group0 >> 6 == 0xfe80 >> 6) {
      return LINK_LOCAL;
    }
    if (group0 >> 9 == 0xfc00 >> 9 || group0 >> 6 == 0xfec0 >> 6) {
      return PRIVATE;
    }
    if (group0 >> 8 == 0xff) {
      return MULTICAST;
    }
    // Teredo, ORCHID, benchmarks (2001::/23), and documentation (RFC 3849, RFC 9637)
    boolean special =
        (group0 == 0x2001 && (group1 < 0x200 || group1 == 0xdb8))
            || (group0 == 0x3fff && group1 < 0x1000);
    boolean globalUnicast = group0 >> 13 == 1;
    return globalUnicast && !special ? PUBLIC : RESERVED;
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
