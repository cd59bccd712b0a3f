package dev.fugitive.cache.store;

import dev.fugitive.cache.content.VerifiedChunk;
import java.io.IOException;

/**
 * A content of known id that is being filled by verified chunks in any order, and read meanwhile;
 * it becomes whole in the store with its last chunk.
 */
public interface ChunkFill extends HeldContent {
  /**
   * Adds a chunk.
   *
   * @return false where the chunk was here already
   */
  boolean put(VerifiedChunk chunk, Provenance from) throws IOException;

  /**
   * The first byte that some open source waits for or will read next; the content's length where no
   * source is open.
   */
  long demand();

  /** Hears when {@link #demand} moves, when the last source is closed, and when the fill ends. */
  void setDemandListener(Runnable listener);

  /** How many sources are open. */
  int readers();

  /**
   * Gives up: sources that wait for a missing chunk fail with this cause, what was filled is
   * dropped.
   */
  void fail(IOException cause);
}
