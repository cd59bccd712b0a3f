package dev.fugitive.client.transfer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.transfer.SwarmEvent.OriginEnded;
import dev.fugitive.client.transfer.SwarmEvent.OriginFailed;
import dev.fugitive.client.transfer.SwarmEvent.OriginIgnoresRanges;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import okio.Buffer;
import okio.Source;
import org.jspecify.annotations.Nullable;

/**
 * Reads one range of the origin on a virtual thread, whole chunks at a time. Cancelling interrupts
 * it where it waits for the origin, and never where it stores a chunk.
 */
final class OriginReader {
  private static final int MAX_READ_BYTES = PeerState.FRAME_BYTES;

  private final Download download;
  private final Intake intake;
  private final OriginRanges origin;
  private final SwarmAction.OpenOrigin range;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private @Nullable Thread waiting;

  @GuardedBy("lock")
  private boolean cancelled;

  /** A call that waits for the origin. */
  private interface OriginCall<T> {
    /** OkHttp throws the second where it is interrupted while it connects, undeclared. */
    T call() throws IOException, InterruptedException;
  }

  OriginReader(
      Download download, Intake intake, OriginRanges origin, SwarmAction.OpenOrigin range) {
    this.download = download;
    this.intake = intake;
    this.origin = origin;
    this.range = range;
  }

  void start() {
    Thread.ofVirtual().name("origin-range-" + range.rangeId()).start(this::run);
  }

  /** Stops reading at once; nothing more is heard of the range. */
  void cancel() {
    lock.lock();
    try {
      cancelled = true;
      if (waiting != null) {
        waiting.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    ContentId id = download.id();
    long from = (long) range.fromChunk() * ContentId.CHUNK_BYTES;
    long until = Math.min(id.length(), (long) range.untilChunk() * ContentId.CHUNK_BYTES);
    try (Source source = waitFor(() -> origin.open(from, until))) {
      if (origin.ignoresRanges()) {
        download.post(new OriginIgnoresRanges());
      }
      read(source, from, until);
      download.post(new OriginEnded(range.rangeId()));
    } catch (IOException e) {
      if (!isCancelled()) {
        download.post(new OriginFailed(range.rangeId(), reason(e)));
      }
    }
  }

  private void read(Source source, long from, long until) throws IOException {
    Buffer buffer = new Buffer();
    long position = from;
    while (position < until) {
      long wanted = Math.min(MAX_READ_BYTES, until - position) - buffer.size();
      long read = waitFor(() -> source.read(buffer, wanted));
      if (read < 0) {
        throw new IOException(
            "the origin ended at byte %d (expected: %d)"
                .formatted(position + buffer.size(), until));
      }
      intake.bytesOfOrigin(range.rangeId());
      position += keepWholeChunks(buffer, position, until);
    }
  }

  /** Stores the chunks of the buffer that are whole; returns how many bytes they have. */
  private long keepWholeChunks(Buffer buffer, long position, long until) throws IOException {
    boolean last = position + buffer.size() == until;
    long bytes = last ? buffer.size() : buffer.size() - buffer.size() % ContentId.CHUNK_BYTES;
    if (bytes > 0) {
      int firstChunk = (int) (position / ContentId.CHUNK_BYTES);
      intake.keepFromOrigin(
          range.rangeId(), firstChunk, ByteBuffer.wrap(buffer.readByteArray(bytes)));
    }
    return bytes;
  }

  private <T> T waitFor(OriginCall<T> call) throws IOException {
    lock.lock();
    try {
      if (cancelled) {
        throw new InterruptedIOException("cancelled");
      }
      waiting = Thread.currentThread();
    } finally {
      lock.unlock();
    }
    try {
      return call.call();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while asking the origin");
    } finally {
      stopWaiting();
    }
  }

  /** From here on nobody interrupts; an interrupt that came late is taken back. */
  private void stopWaiting() {
    lock.lock();
    try {
      waiting = null;
      if (Thread.interrupted()) {
        cancelled = true;
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isCancelled() {
    lock.lock();
    try {
      return cancelled;
    } finally {
      lock.unlock();
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
