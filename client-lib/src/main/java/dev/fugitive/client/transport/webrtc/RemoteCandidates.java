package dev.fugitive.client.transport.webrtc;

import dev.fugitive.client.trust.AddressClass;
import java.util.List;
import java.util.Locale;

/**
 * Which addresses of a peer are tried (RFC 8839 section 5.1). A peer chooses them, so they could
 * point this node at its own machine or at a name to look up.
 */
final class RemoteCandidates {
  private static final String LINE = "a=candidate:";
  private static final int MIN_WORDS = 8;

  private RemoteCandidates() {}

  /**
   * Whether a candidate, with or without {@code a=} before it, is tried; an empty one says that no
   * more come.
   */
  static boolean isTried(String candidate) {
    if (candidate.isBlank()) {
      return true;
    }
    List<String> words = List.of(candidate.strip().split(" +", -1));
    return words.size() >= MIN_WORDS
        && words.get(2).equalsIgnoreCase("udp")
        && isTriedAt(words.get(4).toLowerCase(Locale.ROOT));
  }

  /** A description without the candidates that are not tried. */
  static String tried(String description) {
    StringBuilder kept = new StringBuilder(description.length());
    for (String line : description.split("(?<=\n)", -1)) {
      if (!line.startsWith(LINE) || isTried(line)) {
        kept.append(line);
      }
    }
    return kept.toString();
  }

  /** A name is looked up only where that is a question to the link: mDNS (RFC 6762). */
  private static boolean isTriedAt(String address) {
    if (address.endsWith(".local")) {
      return true;
    }
    return switch (AddressClass.ofHost(address)) {
      case PUBLIC, PRIVATE, CARRIER_NAT, RESERVED -> isLiteral(address);
      case LINK_LOCAL -> address.indexOf(':') >= 0;
      case LOOPBACK, UNSPECIFIED, MULTICAST, UNRESOLVED -> false;
    };
  }

  private static boolean isLiteral(String address) {
    return address.indexOf(':') >= 0 || address.matches("[0-9.]+");
  }
}
