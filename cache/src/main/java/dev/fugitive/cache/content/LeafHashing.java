package dev.fugitive.cache.content;

import dev.fugitive.cache.content.ChunkVerification.Corrupt;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import okio.ByteString;

/**
 * The chunks of one frame, copied out of the reach of whoever sent them, with the hash of each.
 *
 * <p>They are copied before they are hashed: what was proven cannot change afterwards.
 */
final class LeafHashing {
  private final byte[] payload;
  private final byte[][] leaves;

  private LeafHashing(byte[] payload, byte[][] leaves) {
    this.payload = payload;
    this.leaves = leaves;
  }

  static LeafHashing of(ByteBuffer frame) {
    byte[] payload = new byte[frame.remaining()];
    frame.duplicate().get(payload);
    byte[][] leaves = new byte[TreeLayout.chunkCount(payload.length)][Sha256.BYTES];
    Sha256 hash = new Sha256();
    ByteBuffer rest = ByteBuffer.wrap(payload);
    for (byte[] leaf : leaves) {
      hash.update(next(rest, Math.min(rest.remaining(), ContentId.CHUNK_BYTES)));
      hash.finish(leaf, 0);
    }
    return new LeafHashing(payload, leaves);
  }

  /** Takes the next bytes off a buffer, as a view. */
  static ByteBuffer next(ByteBuffer from, int byteCount) {
    ByteBuffer taken = from.slice(from.position(), byteCount);
    from.position(from.position() + byteCount);
    return taken;
  }

  static Corrupt wrongLength(ContentId id, int firstChunk, int chunkCount, ByteBuffer payload) {
    return new Corrupt(
        "payload bytes of chunks %d to %d of %s: %d (expected: %d)"
            .formatted(
                firstChunk,
                firstChunk + chunkCount - 1,
                id,
                payload.remaining(),
                id.rangeLength(firstChunk, chunkCount)));
  }

  /** Hash of the frame's chunk at an index, counted from the frame's first. */
  byte[] leaf(int index) {
    return leaves[index];
  }

  /** How many chunks the frame has. */
  int chunkCount() {
    return leaves.length;
  }

  /** Calls the chunks verified; the caller has proven every leaf. */
  List<VerifiedChunk> mint(ContentId id, int firstChunk) {
    List<VerifiedChunk> chunks = new ArrayList<>(leaves.length);
    ByteBuffer rest = ByteBuffer.wrap(payload).asReadOnlyBuffer();
    for (int i = 0; i < leaves.length; i++) {
      ByteBuffer bytes = next(rest, id.chunkLength(firstChunk + i));
      chunks.add(new VerifiedChunk(id, firstChunk + i, bytes, ByteString.of(leaves[i])));
    }
    return chunks;
  }
}
