package dev.fugitive.client.trust;

import dev.fugitive.cache.content.Digest;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import okio.ByteString;

/** Reads digests as people and publishers write them. */
public final class Integrity {
  private static final int MAX_DIGESTS = 16;
  private static final int MAX_CHARS = 4 * 1024;

  private Integrity() {}

  /**
   * Reads integrity metadata as Subresource Integrity defines it ({@code sha256-BASE64}, several
   * separated by white space, options after {@code ?} ignored): the values of the strongest
   * algorithm that is named, any of which a body may match. What is not understood is left out.
   */
  public static List<Digest> parse(String metadata) {
    if (metadata.length() > MAX_CHARS) {
      return List.of();
    }
    List<Digest> understood =
        metadata
            .strip()
            .lines()
            .flatMap(line -> List.of(line.split("[ \t]+")).stream())
            .flatMap(token -> parseOne(token).stream())
            .distinct()
            .limit(MAX_DIGESTS)
            .toList();
    Optional<Digest.Algorithm> strongest =
        understood.stream()
            .map(Digest::algorithm)
            .max(Comparator.comparingInt(Digest.Algorithm::byteCount));
    return understood.stream()
        .filter(digest -> strongest.equals(Optional.of(digest.algorithm())))
        .toList();
  }

  /** A digest from an algorithm's SRI name and hexadecimal digits. */
  public static Optional<Digest> ofHex(String sriName, String hex) {
    return algorithm(sriName)
        .filter(algorithm -> hex.length() == 2 * algorithm.byteCount() && isHex(hex))
        .map(algorithm -> new Digest(algorithm, ByteString.decodeHex(hex)));
  }

  /** A SHA-256 digest from base64. */
  static Optional<Digest> ofBase64Sha256(String base64) {
    return parseOne("sha256-" + base64);
  }

  /** A digest where the number of bytes is right for the algorithm. */
  static Optional<Digest> of(Digest.Algorithm algorithm, ByteString value) {
    return value.size() == algorithm.byteCount()
        ? Optional.of(new Digest(algorithm, value))
        : Optional.empty();
  }

  private static Optional<Digest> parseOne(String token) {
    try {
      return Digest.parseIntegrity(token).stream().findFirst();
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private static Optional<Digest.Algorithm> algorithm(String sriName) {
    String wanted = sriName.toLowerCase(Locale.ROOT);
    return List.of(Digest.Algorithm.values()).stream()
        .filter(algorithm -> algorithm.sriName().equals(wanted))
        .findFirst();
  }

  private static boolean isHex(String text) {
    return text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80);
  }
}
