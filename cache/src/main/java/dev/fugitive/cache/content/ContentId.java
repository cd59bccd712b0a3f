package dev.fugitive.cache.content;

import okio.ByteString;

/**
 * The name of a content: the Merkle root over SHA-256 of its 16 KiB chunks (the tree of BEP 52),
 * with its length in bytes.
 */
public record ContentId(ByteString root, long length) {
  /** Bytes of one chunk, the leaf of the tree; the last chunk of a content may be shorter. */
  public static final int CHUNK_BYTES = 16 * 1024;

  /** Bytes of a SHA-256 root. */
  public static final int ROOT_BYTES = 32;

  /** The longest content that is named: chunk indexes stay within an {@code int}. */
  public static final long MAX_LENGTH = (long) CHUNK_BYTES << 30;

  public ContentId {
    if (root.size() != ROOT_BYTES) {
      throw new IllegalArgumentException("root bytes: " + root.size() + " (expected: 32)");
    }
    if (length < 0 || length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "content length: " + length + " (expected: 0 to " + MAX_LENGTH + ")");
    }
  }

  /** How many chunks the content has; a content of no bytes has none. */
  public int chunkCount() {
    return (int) ((length + CHUNK_BYTES - 1) / CHUNK_BYTES);
  }

  /** Length in bytes of the chunk at an index. */
  public int chunkLength(int index) {
    return (int) Math.min(CHUNK_BYTES, length - (long) index * CHUNK_BYTES);
  }

  @Override
  public String toString() {
    return root.hex().substring(0, 16) + "/" + length;
  }
}
