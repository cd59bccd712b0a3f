package dev.fugitive.cache.content;

import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A strong flat hash of a whole body, as publishers state it (SRI, Repr-Digest, a digest in a URL).
 */
public record Digest(Algorithm algorithm, ByteString value) {
  /** The longest integrity text that is read. */
  private static final int MAX_INTEGRITY_CHARS = 4096;

  /** The algorithms that count as proof, weakest first; MD5, SHA-1 and CRC never do. */
  public enum Algorithm {
    SHA_256("sha256", "SHA-256", 32),
    SHA_384("sha384", "SHA-384", 48),
    SHA_512("sha512", "SHA-512", 64);

    private final String sriName;
    private final String javaName;
    private final int byteCount;

    Algorithm(String sriName, String javaName, int byteCount) {
      this.sriName = sriName;
      this.javaName = javaName;
      this.byteCount = byteCount;
    }

    /** The name in Subresource Integrity, for example {@code sha256}. */
    public String sriName() {
      return sriName;
    }

    /** The name in {@link java.security.MessageDigest} and RFC 9530 (there in lower case). */
    public String javaName() {
      return javaName;
    }

    /** Length of a digest of this algorithm in bytes. */
    public int byteCount() {
      return byteCount;
    }

    private static @Nullable Algorithm bySriName(String name) {
      for (Algorithm algorithm : values()) {
        if (algorithm.sriName.equals(name)) {
          return algorithm;
        }
      }
      return null;
    }
  }

  public Digest {
    if (value.size() != algorithm.byteCount()) {
      throw new IllegalArgumentException(
          "%s digest bytes: %d (expected: %d)"
              .formatted(algorithm.sriName(), value.size(), algorithm.byteCount()));
    }
  }

  /**
   * Reads integrity metadata as Subresource Integrity writes it (SRI 3.5): {@code
   * sha256-BASE64?options} separated by white space.
   *
   * @return the digests of the strongest algorithm that is named, of which the body has to match
   *     one; empty where no known algorithm is named
   * @throws IllegalArgumentException where a digest of a known algorithm is malformed
   */
  public static Set<Digest> parseIntegrity(String metadata) {
    if (metadata.length() > MAX_INTEGRITY_CHARS) {
      throw new IllegalArgumentException(
          "integrity characters: %d (expected: at most %d)"
              .formatted(metadata.length(), MAX_INTEGRITY_CHARS));
    }
    Set<Digest> strongest = new LinkedHashSet<>();
    Algorithm best = Algorithm.SHA_256;
    for (String item : metadata.strip().split("[ \t\r\n\f]+", -1)) {
      Digest digest = parseItem(item);
      if (digest == null || digest.algorithm.compareTo(best) < 0) {
        continue;
      }
      if (digest.algorithm != best) {
        strongest.clear();
        best = digest.algorithm;
      }
      strongest.add(digest);
    }
    return strongest;
  }

  private static @Nullable Digest parseItem(String item) {
    int dash = item.indexOf('-');
    Algorithm algorithm = dash < 0 ? null : Algorithm.bySriName(item.substring(0, dash));
    if (algorithm == null) {
      return null;
    }
    int options = item.indexOf('?');
    String base64 = item.substring(dash + 1, options < 0 ? item.length() : options);
    return new Digest(algorithm, decodeStrictly(base64, item));
  }

  /** Both alphabets of base64 are allowed (CSP 3, 2.3.1), padding may be left out, no more. */
  private static ByteString decodeStrictly(String base64, String item) {
    String standard = base64.replace('-', '+').replace('_', '/');
    byte[] value;
    try {
      value = Base64.getDecoder().decode(standard);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("integrity: " + item + " (expected: base64)", e);
    }
    String unpadded = Base64.getEncoder().withoutPadding().encodeToString(value);
    if (!unpadded.equals(standard.replaceAll("=+$", ""))) {
      throw new IllegalArgumentException("integrity: " + item + " (expected: canonical base64)");
    }
    return ByteString.of(value);
  }

  /** SRI form, for example {@code sha256-BASE64}. */
  @Override
  public String toString() {
    return algorithm.sriName() + "-" + value.base64();
  }
}
