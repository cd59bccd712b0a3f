package dev.fugitive.cache.store;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.content.MerkleTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * Where a medium keeps the bytes of a content until it is whole. Safe for use by several threads
 * that write and read different places.
 */
interface FillBody {
  /** Writes all bytes of the buffer at a position. */
  void write(long position, ByteBuffer bytes) throws IOException;

  /** Fills the buffer with bytes that were written; also after {@link #publish}. */
  void read(long position, ByteBuffer into) throws IOException;

  /** All bytes are here: makes them a content that outlives a crash, in one last step. */
  StoredContent publish(MerkleTree tree, Set<Digest> digests) throws IOException;

  /** Nobody uses it now: what costs while open is given back. */
  void rest();

  /** Forgets the bytes; does nothing once published. */
  void discard();
}
