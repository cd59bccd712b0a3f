package dev.fugitive.client.evidence;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import okio.Buffer;

/**
 * The bytes of a document on their way from who passes them on to who reads them. The writer never
 * waits: where too many are ahead of the reader, the pipe breaks.
 */
final class DocumentPipe extends InputStream {
  private final long maxBytes;
  private final long maxWaitNanos;
  private final LongSupplier ticker;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final Buffer pending = new Buffer();

  @GuardedBy("lock")
  private boolean ended;

  @GuardedBy("lock")
  private boolean broken;

  /** The reader waits for more, or is done: all that came was read. */
  @GuardedBy("lock")
  private boolean caughtUp;

  @GuardedBy("lock")
  private long waitedNanos;

  /**
   * @param maxBytes that may be ahead of the reader
   * @param maxWaitNanos the longest pause in a document
   */
  DocumentPipe(long maxBytes, long maxWaitNanos, LongSupplier ticker) {
    this.maxBytes = maxBytes;
    this.maxWaitNanos = maxWaitNanos;
    this.ticker = ticker;
  }

  /** Writer: more bytes, which are taken; false where nobody will read them. */
  boolean write(Buffer bytes) {
    lock.lock();
    try {
      broken |= pending.size() + bytes.size() > maxBytes;
      if (broken || ended) {
        pending.clear();
        bytes.clear();
        return false;
      }
      pending.write(bytes, bytes.size());
      caughtUp = false;
      return true;
    } finally {
      changed.signalAll();
      lock.unlock();
    }
  }

  /** Writer: there is no more. */
  void end() {
    lock.lock();
    try {
      ended = true;
      caughtUp = false;
    } finally {
      changed.signalAll();
      lock.unlock();
    }
  }

  /** Either: this goes no further. */
  void abandon() {
    lock.lock();
    try {
      broken = true;
      caughtUp = true;
      pending.clear();
    } finally {
      changed.signalAll();
      lock.unlock();
    }
  }

  /** Reader: all is read, and what was found is known. */
  void done() {
    lock.lock();
    try {
      caughtUp = true;
      broken |= !ended;
      pending.clear();
    } finally {
      changed.signalAll();
      lock.unlock();
    }
  }

  /** Waits until all that came so far was read; false where that takes longer. */
  boolean awaitCaughtUp(long atMostNanos) throws InterruptedException {
    long left = atMostNanos;
    lock.lock();
    try {
      while (!caughtUp && left > 0) {
        left = changed.awaitNanos(left);
      }
      return caughtUp;
    } finally {
      lock.unlock();
    }
  }

  /** Time that the reader spent waiting. */
  long waitedNanos() {
    lock.lock();
    try {
      return waitedNanos;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int byteCount) throws IOException {
    lock.lock();
    try {
      await();
      return pending.exhausted() ? -1 : pending.read(into, offset, byteCount);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void await() throws IOException {
    long left = maxWaitNanos;
    long since = ticker.getAsLong();
    while (pending.exhausted() && !ended && !broken) {
      caughtUp = true;
      changed.signalAll();
      try {
        left = changed.awaitNanos(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while a document comes");
      }
      if (left <= 0) {
        throw new IOException(
            "document: no byte for %d s".formatted(TimeUnit.NANOSECONDS.toSeconds(maxWaitNanos)));
      }
    }
    waitedNanos += ticker.getAsLong() - since;
    if (broken) {
      throw new IOException("document: given up before its end");
    }
  }
}
