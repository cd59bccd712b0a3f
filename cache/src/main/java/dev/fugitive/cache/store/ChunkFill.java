package dev.fugitive.cache.store;

import dev.fugitive.cache.content.PartialTree;
import dev.fugitive.cache.content.VerifiedChunk;
import java.io.IOException;

/**
 * A content of known id that is being filled by verified chunks in any order, and read meanwhile;
 * it becomes whole in the store with its last chunk.
 */
public interface ChunkFill extends HeldContent {
  /**
   * The tree that verifies frames for this fill. There is one for all who fill the content, so each
   * frame makes the next one cheaper, and {@link #proof} proves what it has verified.
   */
  PartialTree tree();

  /**
   * Adds a chunk. Where the medium fails, a limited number of chunks is kept in memory, so that its
   * readers get them; the content is then not stored.
   *
   * <p>A chunk that was taken on an origin's word, and is not settled by the tree yet, is read only
   * through the handles that put it; others see it once the tree has proven it.
   *
   * @return false where the chunk was here already
   */
  boolean put(VerifiedChunk chunk, Provenance from) throws IOException;

  /**
   * The first byte that some open source waits for or will read next; the content's length where no
   * source is open.
   */
  long demand();

  /**
   * Hears when {@link #demand} moves to another chunk, when a source is opened or closed, and when
   * the fill ends. Each handle has a listener of its own.
   */
  void setDemandListener(Runnable listener);

  /** How many sources are open. */
  int readers();

  /**
   * Gives up: the sources that were opened through this handle fail with this cause. Where no other
   * handle fills the content, all its sources fail, and what was filled is dropped; where one does,
   * nobody else notices.
   */
  void fail(IOException cause);
}
