package dev.fugitive.cache.store;

import dev.fugitive.cache.content.PartialTree;
import dev.fugitive.cache.content.VerifiedChunk;
import java.io.IOException;
import java.util.List;
import java.util.function.IntFunction;

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
   * Adds chunks that came together: those that follow on each other are written at once, and
   * whoever waits is woken once. Where the medium fails, a limited number of chunks is kept in
   * memory, so that its readers get them; the content is then not stored.
   *
   * <p>A chunk that was taken on an origin's word, and is not settled by the tree yet, is read only
   * through the handles that put it; others see it once the tree has proven it.
   *
   * @param from where each chunk came from, by its index
   * @return the bytes of those that were not here already
   */
  long put(List<VerifiedChunk> chunks, IntFunction<Provenance> from) throws IOException;

  /** Adds one chunk; false where it was here already. */
  default boolean put(VerifiedChunk chunk, Provenance from) throws IOException {
    return put(List.of(chunk), any -> from) > 0;
  }

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
