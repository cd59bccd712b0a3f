package dev.fugitive.cache.content;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.SplittableRandom;
import okio.ByteString;

/** BEP 52's tree written down as plainly as possible, independent of the code under test. */
final class ReferenceTree {
  private ReferenceTree() {}

  static ByteString root(byte[] body) throws Exception {
    int leaves = 1;
    while ((long) leaves * 16384 < body.length) {
      leaves *= 2;
    }
    return ByteString.of(node(body, 0, leaves));
  }

  private static byte[] node(byte[] body, int firstLeaf, int leaves) throws Exception {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    if (leaves > 1) {
      sha.update(node(body, firstLeaf, leaves / 2));
      return sha.digest(node(body, firstLeaf + leaves / 2, leaves / 2));
    }
    int from = firstLeaf * 16384;
    return from >= body.length
        ? new byte[32]
        : sha.digest(Arrays.copyOfRange(body, from, Math.min(body.length, from + 16384)));
  }

  /** A body of so many bytes that look random and are the same in every run. */
  static byte[] body(int length, long seed) {
    byte[] body = new byte[length];
    new SplittableRandom(seed).nextBytes(body);
    return body;
  }
}
