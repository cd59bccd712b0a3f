package dev.fugitive.client.fetch;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import okio.Buffer;
import okio.Source;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Sources one after the other, each opened when its turn comes. Read by one thread, closed by any.
 */
final class JoinedSource implements Source {
  private final Iterator<Opener> following;
  private final Runnable whenClosed;
  private volatile @Nullable Source current;
  private volatile boolean closed;

  /** Opens one of the sources. */
  @FunctionalInterface
  interface Opener {
    Source open() throws IOException;
  }

  JoinedSource(List<Opener> sources, Runnable whenClosed) {
    this.following = List.copyOf(sources).iterator();
    this.whenClosed = whenClosed;
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    while (true) {
      if (closed) {
        throw new IOException("the source is closed");
      }
      Source source = current;
      if (source == null) {
        if (!following.hasNext()) {
          return -1;
        }
        source = open();
      }
      long read = source.read(sink, byteCount);
      if (read >= 0) {
        return read;
      }
      current = null;
      source.close();
    }
  }

  private Source open() throws IOException {
    Source source = following.next().open();
    current = source;
    if (closed) {
      source.close();
    }
    return source;
  }

  @Override
  public Timeout timeout() {
    Source source = current;
    return source == null ? Timeout.NONE : source.timeout();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    Source source = current;
    try {
      if (source != null) {
        source.close();
      }
    } finally {
      whenClosed.run();
    }
  }
}
