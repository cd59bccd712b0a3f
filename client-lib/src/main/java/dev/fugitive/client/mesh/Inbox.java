package dev.fugitive.client.mesh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Frames from one peer that wait for its session's thread, within a bound on their bytes. */
final class Inbox {
  /** What a frame costs beside its bytes, so that empty frames fill the inbox too. */
  private static final int FRAME_OVERHEAD_BYTES = 64;

  private final int maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final ArrayDeque<ByteBuffer> frames = new ArrayDeque<>();

  @GuardedBy("lock")
  private long bytes;

  @GuardedBy("lock")
  private boolean ended;

  Inbox(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Adds a frame; false where it does not fit. After the end it is dropped. */
  boolean add(ByteBuffer frame) {
    lock.lock();
    try {
      long cost = (long) frame.remaining() + FRAME_OVERHEAD_BYTES;
      if (ended) {
        return true;
      }
      if (bytes + cost > maxBytes) {
        return false;
      }
      bytes += cost;
      frames.add(frame);
      changed.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** No more will come; what is here is still read. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** No more is wanted. */
  void abandon() {
    lock.lock();
    try {
      ended = true;
      frames.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the next frame; null at the end. */
  @Nullable ByteBuffer take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (frames.isEmpty() && !ended) {
        changed.await();
      }
      ByteBuffer frame = frames.poll();
      if (frame != null) {
        bytes -= frame.remaining() + FRAME_OVERHEAD_BYTES;
      }
      return frame;
    } finally {
      lock.unlock();
    }
  }
}
