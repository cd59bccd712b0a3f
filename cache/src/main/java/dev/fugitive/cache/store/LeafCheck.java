package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ContentId;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;
import okio.ByteString;

/** Checks chunks that were read back against the leaf hashes that were remembered. */
final class LeafCheck {
  private LeafCheck() {}

  /**
   * Checks consecutive chunks, the last of which may be short.
   *
   * @throws DamagedContentException naming the first chunk that is not what was written
   */
  static void check(ByteBuffer chunks, int firstChunk, IntFunction<ByteString> leafHash)
      throws DamagedContentException {
    for (int at = 0; at < chunks.remaining(); at += ContentId.CHUNK_BYTES) {
      int index = firstChunk + at / ContentId.CHUNK_BYTES;
      int byteCount = Math.min(ContentId.CHUNK_BYTES, chunks.remaining() - at);
      ByteBuffer chunk = chunks.slice(chunks.position() + at, byteCount);
      if (!ByteString.of(chunk).sha256().equals(leafHash.apply(index))) {
        throw new DamagedContentException(
            "chunk " + index + " of a content being filled differs from what was written");
      }
    }
  }
}
