package dev.fugitive.client.jdk;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Gives a body to a subscriber, block by block, as many as it has asked for. One block is read
 * ahead, so that the end is told without being asked for.
 */
final class Delivery implements Flow.Subscription {
  private static final long BLOCK_BYTES = 16 * 1024;

  private final BufferedSource source;
  private final BodySubscriber<?> subscriber;
  private final Runnable end;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private long demand;

  @GuardedBy("lock")
  private boolean cancelled;

  /** What the subscriber is to hear instead of the rest. */
  @GuardedBy("lock")
  private @Nullable Exception failure;

  /**
   * @param end ends the exchange, when the subscriber wants no more
   */
  Delivery(BufferedSource source, BodySubscriber<?> subscriber, Runnable end) {
    this.source = source;
    this.subscriber = subscriber;
    this.end = end;
  }

  /** Gives all of it; returns when the subscriber has had its last signal, or wants none. */
  void run() {
    try {
      subscriber.onSubscribe(this);
      for (ByteBuffer block = read(); block != null; block = read()) {
        if (!awaitDemand()) {
          return;
        }
        subscriber.onNext(List.of(block));
      }
      if (!isCancelled()) {
        subscriber.onComplete();
      }
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    }
  }

  private void fail(Throwable why) {
    end.run();
    if (!isCancelled()) {
      subscriber.onError(why);
    }
  }

  /** Null at the end. */
  private @Nullable ByteBuffer read() throws IOException {
    Buffer block = new Buffer();
    return source.read(block, BLOCK_BYTES) == -1
        ? null
        : ByteBuffer.wrap(block.readByteArray()).asReadOnlyBuffer();
  }

  /** False where the subscriber wants no more. */
  private boolean awaitDemand() throws IOException {
    lock.lock();
    try {
      while (demand == 0 && !cancelled && failure == null) {
        changed.awaitUninterruptibly();
      }
      switch (failure) {
        case null -> {}
        case RuntimeException misuse -> throw misuse;
        case Exception e -> throw new IOException(e.getMessage(), e);
      }
      if (demand < Long.MAX_VALUE) {
        demand--;
      }
      return !cancelled;
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

  @Override
  public void request(long blocks) {
    lock.lock();
    try {
      if (blocks <= 0) {
        failure = new IllegalArgumentException("request: " + blocks + " (expected: more than 0)");
      } else {
        demand = demand + blocks < 0 ? Long.MAX_VALUE : demand + blocks;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void cancel() {
    lock.lock();
    try {
      cancelled = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    end.run();
  }

  /** Has the subscriber hear that the exchange was ended, although it asks for nothing. */
  void abort() {
    lock.lock();
    try {
      if (failure == null) {
        failure = new IOException("Canceled");
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
