package dev.fugitive.client.evidence;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import okio.Buffer;

/**
 * The bytes of a document on their way from who passes them on to who reads them. The writer never
 * waits: where too many are ahead of the reader, the pipe breaks.
 *
 * <p>The reader has one of few turns, for its work takes a processor. While it waits for bytes it
 * gives its turn away: a document that trickles in holds up no other one.
 */
final class DocumentPipe extends InputStream {
  private final long maxBytes;
  private final Duration pause;
  private final Duration patience;
  private final Semaphore turns;
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

  /** How much longer the reader waits for bytes, all pauses taken together. */
  @GuardedBy("lock")
  private long patienceLeftNanos;

  /** Of the reader alone. */
  private long waitedNanos;

  /**
   * @param limits of the bytes that may be ahead of the reader, and of the pauses in a document
   * @param turns of which the reader has one when it comes, and when it goes
   */
  DocumentPipe(DocumentLimits limits, Semaphore turns, LongSupplier ticker) {
    this.maxBytes = limits.waitingBytes();
    this.pause = limits.pause();
    this.patience = limits.patience();
    this.patienceLeftNanos = patience.toNanos();
    this.turns = turns;
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

  /** Reader: how long it waited for bytes and for its turn. */
  long waitedNanos() {
    return waitedNanos;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int byteCount) throws IOException {
    if (mustWait()) {
      awaitWithoutTurn();
    }
    lock.lock();
    try {
      if (broken) {
        throw new IOException("document: given up before its end");
      }
      return pending.exhausted() ? -1 : pending.read(into, offset, byteCount);
    } finally {
      lock.unlock();
    }
  }

  private boolean mustWait() {
    lock.lock();
    try {
      return isDry();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private boolean isDry() {
    return pending.exhausted() && !ended && !broken;
  }

  private void awaitWithoutTurn() throws IOException {
    long since = ticker.getAsLong();
    turns.release();
    try {
      awaitBytes();
    } finally {
      turns.acquireUninterruptibly();
      waitedNanos += ticker.getAsLong() - since;
    }
  }

  private void awaitBytes() throws IOException {
    lock.lock();
    try {
      long given = Math.min(pause.toNanos(), patienceLeftNanos);
      long left = given;
      while (isDry() && left > 0) {
        caughtUp = true;
        changed.signalAll();
        left = changed.awaitNanos(left);
      }
      patienceLeftNanos -= given - left;
      if (isDry()) {
        throw new IOException(
            "document: no byte for %s, or none for %s in all".formatted(pause, patience));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a document comes");
    } finally {
      lock.unlock();
    }
  }
}
