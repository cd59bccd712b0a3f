package dev.fugitive.cache.content;

import okio.ByteString;

/**
 * A strong flat hash of a whole body, as publishers state it (SRI, Repr-Digest, a digest in a URL).
 */
public record Digest(Algorithm algorithm, ByteString value) {
  /** The algorithms that count as proof; MD5, SHA-1 and CRC never do. */
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
  }

  public Digest {
    if (value.size() != algorithm.byteCount()) {
      throw new IllegalArgumentException(
          "%s digest bytes: %d (expected: %d)"
              .formatted(algorithm.sriName(), value.size(), algorithm.byteCount()));
    }
  }

  /** SRI form, for example {@code sha256-BASE64}. */
  @Override
  public String toString() {
    return algorithm.sriName() + "-" + value.base64();
  }
}
