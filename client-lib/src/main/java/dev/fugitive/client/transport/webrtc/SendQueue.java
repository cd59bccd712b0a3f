package dev.fugitive.client.transport.webrtc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one link has still to send: frames that wait here, and an account of the bytes that wait
 * behind the native channel.
 *
 * <p>Asking the native side for its buffered amount blocks on its network thread, and it tells
 * nothing by itself. So the account adds what is handed over and is corrected by an occasional
 * {@link #polled}. The native side is given at most {@link #NATIVE_MARK_BYTES}, the rest stays
 * here, where a link that closes can drop it at once.
 *
 * <p>The lock is held for bookkeeping alone, never over a native call.
 */
final class SendQueue {
  /** Handed to the native channel ahead of what it has sent: 10 ms at 100 MB/s. */
  static final long NATIVE_MARK_BYTES = 1024 * 1024;

  private final long highMarkBytes;
  private final long stallTimeoutNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();

  @GuardedBy("lock")
  private final ArrayDeque<byte[]> frames = new ArrayDeque<>();

  @GuardedBy("lock")
  private long frameBytes;

  @GuardedBy("lock")
  private long nativeBytes;

  /** When bytes last left the native channel, or when it last was empty. */
  @GuardedBy("lock")
  private long progressNanos;

  @GuardedBy("lock")
  private @Nullable String closeReason;

  SendQueue(long highMarkBytes, long stallTimeoutMillis) {
    this.highMarkBytes = highMarkBytes;
    this.stallTimeoutNanos = TimeUnit.MILLISECONDS.toNanos(stallTimeoutMillis);
  }

  /** Adds a frame, after waiting for room; the array is the queue's from then on. */
  void put(byte[] frame) throws IOException {
    lock.lock();
    try {
      while (closeReason == null && frameBytes + nativeBytes >= highMarkBytes) {
        room.await();
      }
      requireOpen();
      frames.addLast(frame);
      frameBytes += frame.length;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the link was above its mark");
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void requireOpen() throws IOException {
    if (closeReason != null) {
      throw new IOException("link is closed: " + closeReason);
    }
  }

  /** The next frame to hand over, if there is one and the native side has room by the account. */
  byte @Nullable [] next(long nowNanos) {
    lock.lock();
    try {
      byte[] first = frames.peekFirst();
      if (first == null || nativeBytes >= NATIVE_MARK_BYTES) {
        return null;
      }
      if (nativeBytes == 0) {
        progressNanos = nowNanos;
      }
      frames.removeFirst();
      frameBytes -= first.length;
      nativeBytes += first.length;
      return first;
    } finally {
      lock.unlock();
    }
  }

  /** Corrects the account: so much waits behind the native channel. */
  void polled(long bufferedBytes, long nowNanos) {
    lock.lock();
    try {
      if (bufferedBytes < nativeBytes || bufferedBytes == 0) {
        progressNanos = nowNanos;
      }
      nativeBytes = bufferedBytes;
      if (frameBytes + nativeBytes < highMarkBytes) {
        room.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether the link has been above its mark without sending anything for too long. */
  boolean stalled(long nowNanos) {
    lock.lock();
    try {
      return frameBytes + nativeBytes >= highMarkBytes
          && nowNanos - progressNanos >= stallTimeoutNanos;
    } finally {
      lock.unlock();
    }
  }

  /** Time since something was sent. */
  long nanosSinceProgress(long nowNanos) {
    lock.lock();
    try {
      return nowNanos - progressNanos;
    } finally {
      lock.unlock();
    }
  }

  boolean hasFrames() {
    lock.lock();
    try {
      return !frames.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Bytes behind the native channel, by the account. */
  long nativeBytes() {
    lock.lock();
    try {
      return nativeBytes;
    } finally {
      lock.unlock();
    }
  }

  long queuedBytes() {
    lock.lock();
    try {
      return frameBytes + nativeBytes;
    } finally {
      lock.unlock();
    }
  }

  /** Drops what waits, and lets senders go with an exception. */
  void close(String reason) {
    lock.lock();
    try {
      if (closeReason == null) {
        closeReason = reason;
      }
      frames.clear();
      frameBytes = 0;
      nativeBytes = 0;
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
