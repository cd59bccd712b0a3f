package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ByteRanges;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import okio.Source;

/**
 * Parts of a body whose id is not known, because not all of it is here: bytes in any order, as the
 * origin sent them.
 *
 * <p>It lasts until it is forgotten, evicted, found damaged, or the store is closed; it does not
 * outlive the process.
 */
public interface PartialContent {
  /** The most stretches of bytes that are kept apart. */
  int MAX_FRAGMENTS = 256;

  /** What is here now; nothing once it is gone. */
  ByteRanges held();

  /**
   * Adds bytes; those that are here already stay as they are.
   *
   * @return false where they are not kept: it is gone, too scattered, or the store is full
   */
  boolean put(long position, ByteBuffer bytes);

  /**
   * Reads bytes that are here, checked against what was written; they stay until it is closed.
   *
   * @return empty where some of them are not here
   */
  Optional<Source> source(long fromByte, long untilByte, ByteTally tally) throws IOException;

  /** Whether it is not forgotten or evicted yet. */
  boolean isKept();

  /** Forgets all of it; sources that are open stay readable. */
  void forget();
}
