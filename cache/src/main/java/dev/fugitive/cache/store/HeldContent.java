package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.MerkleProof;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import okio.Source;

/**
 * A handle on a content that is held, whole or in part; what is read through it was proven against
 * its id.
 */
public interface HeldContent extends Closeable {
  ContentId id();

  /** The chunks that are here now; grows while the content is being filled. */
  ChunkSet chunks();

  /**
   * Reads consecutive chunks that are here, checked against the tree when they come from disk.
   *
   * @return a read-only buffer of exactly their bytes
   * @throws DamagedContentException where the disk gave other bytes than were stored; the content
   *     is then forgotten
   */
  ByteBuffer read(int firstChunk, int chunkCount) throws IOException;

  /**
   * The hashes that prove these chunks against the root, whole subtree nodes omitted that the
   * chunks themselves give.
   */
  MerkleProof proof(int firstChunk, int chunkCount) throws IOException;

  /**
   * Reads bytes in order; where the content is still being filled, waits for what is missing.
   *
   * @param fromByte first byte
   * @param untilByte end, exclusive
   * @param tally is told where each byte came from as it is read
   */
  Source source(long fromByte, long untilByte, ByteTally tally) throws IOException;

  @Override
  void close();
}
