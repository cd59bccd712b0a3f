package dev.fugitive.client.routing;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import okio.ByteString;

/**
 * HMAC-SHA-256 (RFC 2104) under one key, which is taken in once: each request is looked for in the
 * filter of every peer, under that filter's salt, before it is sent anywhere.
 *
 * <p>Safe for use by several threads: what has taken in the key is copied, never written to.
 */
final class SaltedHash {
  private static final int BLOCK_BYTES = 64;
  private static final byte INNER_PAD = 0x36;
  private static final byte OUTER_PAD = 0x5c;

  private final MessageDigest inner;
  private final MessageDigest outer;

  SaltedHash(ByteString key) {
    byte[] atMostBlock = key.size() > BLOCK_BYTES ? key.sha256().toByteArray() : key.toByteArray();
    this.inner = padded(atMostBlock, INNER_PAD);
    this.outer = padded(atMostBlock, OUTER_PAD);
  }

  private static MessageDigest padded(byte[] key, byte pad) {
    byte[] block = Arrays.copyOf(key, BLOCK_BYTES);
    for (int i = 0; i < BLOCK_BYTES; i++) {
      block[i] ^= pad;
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(block);
      return digest;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  ByteString of(ByteString message) {
    MessageDigest hash = copy(inner);
    hash.update(message.asByteBuffer());
    MessageDigest whole = copy(outer);
    whole.update(hash.digest());
    return ByteString.of(whole.digest());
  }

  private static MessageDigest copy(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the SHA-256 of every JDK can be copied", e);
    }
  }
}
