package dev.fugitive.cache.store;

import dev.fugitive.cache.content.HashedContent;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import okio.Buffer;
import okio.Source;

/**
 * A body of unknown id that is being written in order by one writer and read by any number of
 * readers meanwhile.
 *
 * <p>A broken disk never breaks a response: when it fails, the readers that are attached go on from
 * a bounded window in memory, nobody else can attach, and {@link #finish} says that nothing was
 * stored.
 */
public interface OrderedFill extends Closeable {
  /**
   * Writer: appends all bytes of the buffer. Blocks while the fill is further ahead of its fastest
   * reader than its limit.
   *
   * @throws IOException where every reader has gone
   */
  void write(Buffer bytes) throws IOException;

  /**
   * Writer: the body is whole. Publishes it in the store.
   *
   * @return its id, tree and digests, or empty where nothing could be stored
   */
  Optional<HashedContent> finish() throws IOException;

  /** Writer: the body ends here with a failure; readers get it after the bytes that came before. */
  void fail(IOException cause);

  /**
   * Attaches a reader from the first byte.
   *
   * @return empty where the first bytes are gone (the disk failed)
   */
  Optional<Source> source(ByteTally tally, Provenance from);

  /** Bytes written so far. */
  long length();

  @Override
  void close();
}
