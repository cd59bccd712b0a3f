package dev.fugitive.cache.content;

import okio.ByteString;

/**
 * The name of a content: the Merkle root over SHA-256 of its 16 KiB chunks (the tree of BEP 52),
 * with its length in bytes.
 *
 * <p>BEP 52 gives no root to a file of no bytes. Here the {@link #EMPTY empty content} has the root
 * of 32 zero bytes, the hash that pads the tree.
 */
public record ContentId(ByteString root, long length) {
  /** Bytes of one chunk, the leaf of the tree; the last chunk of a content may be shorter. */
  public static final int CHUNK_BYTES = 16 * 1024;

  /** Bytes of a SHA-256 root. */
  public static final int ROOT_BYTES = 32;

  /** The most chunks of a content: every layer of its tree fits one array. */
  public static final int MAX_CHUNKS = 1 << 25;

  /** The longest content that is named: 512 GiB. */
  public static final long MAX_LENGTH = (long) CHUNK_BYTES * MAX_CHUNKS;

  /** The content of no bytes. */
  public static final ContentId EMPTY = new ContentId(ByteString.of(new byte[ROOT_BYTES]), 0);

  public ContentId {
    if (root.size() != ROOT_BYTES) {
      throw new IllegalArgumentException("root bytes: " + root.size() + " (expected: 32)");
    }
    if (length < 0 || length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "content length: " + length + " (expected: 0 to " + MAX_LENGTH + ")");
    }
    if (length == 0 && !isZero(root)) {
      throw new IllegalArgumentException(
          "root of the empty content: " + root.hex() + " (expected: zeros)");
    }
  }

  /** How many chunks the content has; a content of no bytes has none. */
  public int chunkCount() {
    return TreeLayout.chunkCount(length);
  }

  /** Length in bytes of the chunk at an index. */
  public int chunkLength(int index) {
    return (int) Math.min(CHUNK_BYTES, length - (long) index * CHUNK_BYTES);
  }

  /** Length in bytes of consecutive chunks. */
  public long rangeLength(int firstChunk, int chunkCount) {
    long start = (long) firstChunk * CHUNK_BYTES;
    return Math.min(length, start + (long) chunkCount * CHUNK_BYTES) - start;
  }

  /** Refuses a range of chunks that is empty or not within the content. */
  public void checkRange(int firstChunk, int chunkCount) {
    TreeLayout.checkRange(chunkCount(), firstChunk, chunkCount);
  }

  @Override
  public String toString() {
    return root.hex().substring(0, 16) + "/" + length;
  }

  private static boolean isZero(ByteString root) {
    for (int i = 0; i < root.size(); i++) {
      if (root.getByte(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
