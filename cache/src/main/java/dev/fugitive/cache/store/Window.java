package dev.fugitive.cache.store;

import java.io.EOFException;
import okio.Buffer;

/**
 * The last bytes of a body that is being written, in memory. Its bytes are shared with whoever
 * reads them, not copied. Not safe for use by several threads.
 */
final class Window {
  private final Buffer bytes = new Buffer();
  private long start;

  /** Position of the first byte that is here. */
  long start() {
    return start;
  }

  /** Position after the last byte that is here. */
  long end() {
    return start + bytes.size();
  }

  void append(Buffer more) {
    bytes.write(more, more.size());
  }

  void copyTo(Buffer sink, long position, long byteCount) {
    bytes.copyTo(sink, position - start, byteCount);
  }

  /** Forgets what is before a position. */
  void dropBefore(long position) throws EOFException {
    if (position > start) {
      bytes.skip(position - start);
      start = position;
    }
  }
}
