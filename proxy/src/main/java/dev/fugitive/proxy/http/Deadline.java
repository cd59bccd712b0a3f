package dev.fugitive.proxy.http;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one time limit that a connection is under, set anew with each step of each request.
 *
 * <p>Most limits are lifted long before they are over, so a timer is not moved with them. One that
 * runs earlier than the limit looks, when it comes, for how much longer it has to wait; a new one
 * is scheduled only where none runs early enough.
 *
 * <p>Confined to its event loop.
 */
final class Deadline {
  private final EventExecutor loop;
  private @Nullable Runnable otherwise;
  private long atNanos;
  private @Nullable Future<?> timer;
  private long timerNanos;

  Deadline(EventExecutor loop) {
    this.loop = loop;
  }

  /** Runs this when so much time has passed, unless another limit is set before, or none. */
  void set(long millis, Runnable then) {
    otherwise = then;
    atNanos = loop.ticker().nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    if (timer == null || timerNanos - atNanos > 0) {
      stop();
      start(TimeUnit.MILLISECONDS.toNanos(millis));
    }
  }

  /** Lifts the limit. */
  void clear() {
    otherwise = null;
  }

  /** Lifts the limit for good: no timer is left behind. */
  void end() {
    otherwise = null;
    stop();
  }

  private void start(long delayNanos) {
    timerNanos = atNanos;
    timer = loop.schedule(this::look, delayNanos, TimeUnit.NANOSECONDS);
  }

  private void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void look() {
    timer = null;
    Runnable then = otherwise;
    if (then == null) {
      return;
    }
    long leftNanos = atNanos - loop.ticker().nanoTime();
    if (leftNanos > 0) {
      start(leftNanos);
    } else {
      otherwise = null;
      then.run();
    }
  }
}
