package dev.fugitive.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.HashedContent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import okio.Buffer;
import okio.Source;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A pump: one writer at the front, any number of readers behind it, each at its own pace.
 *
 * <pre>
 *   0             durable      written
 *   |--- body -------|-----------|
 *          |------ window -------|       at most {@link #WINDOW_BYTES} where the body takes part
 *     ^straggler   ^reader  ^reader
 * </pre>
 *
 * <p><b>Writing.</b> Bytes appear in the window first, so that readers wait for nothing; then they
 * are hashed and written to the body. <b>Reading.</b> A reader whose position is in the window
 * copies from there; a straggler reads from the body, whole chunks that are checked against their
 * leaf hashes. What every reader has read leaves the window, except the first segment of a body.
 *
 * <p><b>When the writer waits.</b>
 *
 * <ul>
 *   <li>While the fastest reader is more than {@link #WINDOW_BYTES} behind: the upstream is not
 *       pulled faster than anybody wants it. Slower readers do not hold up the others.
 *   <li>Never while no reader was attached yet: then the fill is there for the store's sake, and
 *       the medium sets the pace.
 *   <li>When every reader has gone, the rest is fetched only where it is little: of a known length
 *       at most a tenth, or 1 MiB, is missing. Otherwise the next write throws.
 * </ul>
 *
 * <p><b>When the {@link FrontBody} stops storing</b>, nobody new may attach, except while the first
 * byte is still in the window; those who read go on. What was written before is still read from the
 * body; what comes after is only in the window, so from then on it is the slowest reader that the
 * writer waits for.
 */
final class StreamFill implements OrderedFill {
  /** How far the writer may be ahead of the reader that it waits for. */
  static final int WINDOW_BYTES = 4 * 1024 * 1024;

  private static final int PIECE_BYTES = 4 * ContentId.CHUNK_BYTES;
  private static final long SMALL_REMAINDER_BYTES = 1024 * 1024;

  /** What stays in the window although everybody has read it. */
  private static final long KEPT_BYTES = 1024 * 1024;

  private final FrontBody front;
  private final long expectedLength;
  private final Consumer<StreamFill> onReleased;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final Window window = new Window();

  @GuardedBy("lock")
  private final Set<Reader> readers = new HashSet<>();

  @GuardedBy("lock")
  private boolean hadReader;

  @GuardedBy("lock")
  private boolean ended;

  @GuardedBy("lock")
  private boolean closed;

  @GuardedBy("lock")
  private boolean released;

  @GuardedBy("lock")
  private @Nullable IOException failure;

  /**
   * Fills a body that nobody has written to yet.
   *
   * @param expectedLength of the whole in bytes, negative where it is not known
   * @param onReleased called once, when writer and readers have gone
   */
  StreamFill(FrontBody front, long expectedLength, Consumer<StreamFill> onReleased) {
    this.front = front;
    this.expectedLength = expectedLength;
    this.onReleased = onReleased;
  }

  @Override
  public void write(Buffer bytes) throws IOException {
    Buffer piece = new Buffer();
    while (!bytes.exhausted()) {
      awaitRoom();
      piece.write(bytes, Math.min(bytes.size(), PIECE_BYTES));
      ByteBuffer copy = ByteBuffer.wrap(piece.snapshot().toByteArray());
      show(piece);
      front.write(copy);
      trim();
    }
  }

  private void awaitRoom() throws IOException {
    lock.lock();
    try {
      while (!hasRoom()) {
        changed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for readers");
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private boolean hasRoom() throws IOException {
    if (failure != null) {
      throw new IOException("the fill has failed", failure);
    }
    if (ended) {
      throw new IllegalStateException("the fill is finished");
    }
    Exception notStored = front.stopped();
    if (readers.isEmpty()) {
      if (notStored != null) {
        throw new IOException("nobody reads a body that cannot be stored", notStored);
      }
      if (!hadReader || isNearlyWhole()) {
        return true;
      }
      throw new IOException("every reader has gone after " + window.end() + " bytes");
    }
    long behind = notStored == null ? fastestReader() : slowestReader();
    return window.end() - behind < WINDOW_BYTES;
  }

  @GuardedBy("lock")
  private boolean isNearlyWhole() {
    long remaining = expectedLength - window.end();
    return expectedLength >= 0 && remaining <= Math.max(SMALL_REMAINDER_BYTES, expectedLength / 10);
  }

  @GuardedBy("lock")
  private long fastestReader() {
    return readers.stream().mapToLong(reader -> reader.position).max().orElse(window.end());
  }

  @GuardedBy("lock")
  private long slowestReader() {
    return readers.stream().mapToLong(reader -> reader.position).min().orElse(window.end());
  }

  private void show(Buffer piece) {
    lock.lock();
    try {
      window.append(piece);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void trim() throws IOException {
    lock.lock();
    try {
      long needed = slowestReader();
      if (front.stopped() == null) {
        needed = Math.min(Math.max(needed, window.end() - WINDOW_BYTES), front.durable());
        needed = window.end() <= KEPT_BYTES ? 0 : needed;
      } else {
        needed = Math.min(needed, readers.isEmpty() ? 0 : needed);
      }
      window.dropBefore(needed / ContentId.CHUNK_BYTES * ContentId.CHUNK_BYTES);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<HashedContent> finish() throws IOException {
    Optional<HashedContent> stored = failureOrNull() == null ? front.publish() : Optional.empty();
    lock.lock();
    try {
      if (failure != null) {
        throw new IOException("the fill has failed", failure);
      }
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    return stored;
  }

  private @Nullable IOException failureOrNull() {
    lock.lock();
    try {
      return failure;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void fail(IOException cause) {
    lock.lock();
    try {
      if (!ended && failure == null) {
        failure = cause;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<Source> source(ByteTally tally, Provenance from) {
    lock.lock();
    try {
      if (released || (front.stopped() != null && window.start() > 0)) {
        return Optional.empty();
      }
      Reader reader = new Reader(tally, from);
      readers.add(reader);
      hadReader = true;
      return Optional.of(reader);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long length() {
    lock.lock();
    try {
      return window.end();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    fail(new IOException("the writer has gone"));
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    releaseIfUnused();
  }

  private void detach(Reader reader) {
    lock.lock();
    try {
      readers.remove(reader);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    releaseIfUnused();
  }

  /** Writer and readers have gone: the body goes too, unless it became a content. */
  private void releaseIfUnused() {
    lock.lock();
    try {
      if (released || !closed || !readers.isEmpty()) {
        return;
      }
      released = true;
    } finally {
      lock.unlock();
    }
    front.release();
    onReleased.accept(this);
  }

  /** One reader; its position belongs to the fill's lock. */
  private final class Reader implements Source {
    private final ByteTally tally;
    private final Provenance from;
    private final Timeout timeout = new Timeout();
    private long position;
    private boolean gone;

    Reader(ByteTally tally, Provenance from) {
      this.tally = tally;
      this.from = from;
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      if (byteCount == 0) {
        return 0;
      }
      long taken = readWindow(sink, byteCount);
      if (taken == 0) {
        taken = readBody(sink, byteCount);
      }
      if (taken > 0) {
        tally.add(from, taken);
      }
      return taken;
    }

    /** From the window, waiting for its end to move; 0 where the position is before it. */
    private long readWindow(Buffer sink, long byteCount) throws IOException {
      lock.lock();
      try {
        while (true) {
          if (gone) {
            throw new IOException("the source is closed");
          }
          if (position < window.start()) {
            return 0;
          }
          if (position < window.end()) {
            long taken = Math.min(byteCount, window.end() - position);
            window.copyTo(sink, position, taken);
            advance(taken);
            return taken;
          }
          if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
          }
          if (ended) {
            return -1;
          }
          timeout.awaitSignal(changed);
        }
      } finally {
        lock.unlock();
      }
    }

    /** Whole chunks that are durable, each checked against its leaf. */
    private long readBody(Buffer sink, long byteCount) throws IOException {
      long start;
      long end;
      long at;
      lock.lock();
      try {
        at = position;
        start = at / ContentId.CHUNK_BYTES * ContentId.CHUNK_BYTES;
        end = Math.min(start + PIECE_BYTES, window.start());
      } finally {
        lock.unlock();
      }
      timeout.throwIfReached();
      ByteBuffer chunks = ByteBuffer.allocate((int) Math.max(0, end - start));
      front.read(start, chunks);
      int taken = (int) Math.min(byteCount, end - at);
      sink.write(chunks.array(), (int) (at - start), taken);
      lock.lock();
      try {
        advance(taken);
      } finally {
        lock.unlock();
      }
      return taken;
    }

    private void advance(long taken) {
      position += taken;
      changed.signalAll();
    }

    @Override
    public Timeout timeout() {
      return timeout;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        gone = true;
      } finally {
        lock.unlock();
      }
      detach(this);
    }
  }
}
