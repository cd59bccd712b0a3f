package dev.fugitive.client.peer;

import okio.ByteString;

/** A peer's name: its Ed25519 public key (32 bytes, RFC 8032). */
public record PeerId(ByteString publicKey) implements Comparable<PeerId> {
  /** Bytes of an Ed25519 public key. */
  public static final int BYTES = 32;

  private static final String PREFIX = "ed25519:";

  public PeerId {
    if (publicKey.size() != BYTES) {
      throw new IllegalArgumentException(
          "Ed25519 public key bytes: " + publicKey.size() + " (expected: 32)");
    }
  }

  /** Reads the form that {@link #toString} writes. */
  public static PeerId parse(String text) {
    ByteString key =
        text.startsWith(PREFIX) ? ByteString.decodeBase64(text.substring(PREFIX.length())) : null;
    if (key == null) {
      throw new IllegalArgumentException("key: " + text + " (expected: ed25519:BASE64)");
    }
    return new PeerId(key);
  }

  /** The first characters, for logs and lists. */
  public String shortName() {
    return publicKey.base64Url().substring(0, 8);
  }

  @Override
  public int compareTo(PeerId other) {
    return publicKey.compareTo(other.publicKey);
  }

  /** The form that {@code --trust} takes: {@code ed25519:BASE64}. */
  @Override
  public String toString() {
    return PREFIX + publicKey.base64();
  }
}
