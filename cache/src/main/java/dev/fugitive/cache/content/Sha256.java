package dev.fugitive.cache.content;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The one hash of the tree, over bytes in arrays; not safe for use by several threads. */
final class Sha256 {
  /** Bytes of one hash. */
  static final int BYTES = 32;

  private static final byte[][] PADDING = padding();

  private final MessageDigest digest = instance("SHA-256");

  /** A digest of the platform; those that this package names are always there. */
  static MessageDigest instance(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The node of a layer that has nothing but padding beneath it. */
  static byte[] paddingNode(int layer) {
    return PADDING[layer];
  }

  /** Takes in bytes of the hash that {@link #finish} will end. */
  void update(ByteBuffer bytes) {
    digest.update(bytes);
  }

  /** Writes the hash of what was taken in, and starts anew. */
  void finish(byte[] into, int offset) {
    try {
      digest.digest(into, offset, BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the parent of two nodes. */
  void parent(byte[] left, int leftAt, byte[] right, int rightAt, byte[] into, int offset) {
    digest.update(left, leftAt, BYTES);
    digest.update(right, rightAt, BYTES);
    finish(into, offset);
  }

  private static byte[][] padding() {
    Sha256 hash = new Sha256();
    byte[][] nodes = new byte[TreeLayout.depth(ContentId.MAX_CHUNKS) + 1][BYTES];
    for (int layer = 1; layer < nodes.length; layer++) {
      hash.parent(nodes[layer - 1], 0, nodes[layer - 1], 0, nodes[layer], 0);
    }
    return nodes;
  }
}
