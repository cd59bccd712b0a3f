package dev.fugitive.proxy.http;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okio.AsyncTimeout;

/**
 * Lets Okio's watchdog sleep while requests come and go.
 *
 * <p>Okio wakes that thread whenever a time limit becomes the next to run out, and where little is
 * under way, each read and each write of a socket sets such a limit: two wake-ups for each request,
 * on a core that is wanted for its answer. A limit that nearly always runs out sooner takes the
 * place. When it does, it looks whether there were requests, and stays as long as there are.
 */
final class WatchdogRest extends AsyncTimeout {
  private static final long MILLIS = 500;

  private final AtomicBoolean waiting = new AtomicBoolean();
  private volatile boolean requests;

  WatchdogRest() {
    timeout(MILLIS, TimeUnit.MILLISECONDS);
  }

  /** A request goes to an origin. From any thread. */
  void request() {
    if (!requests) {
      requests = true;
    }
    start();
  }

  private void start() {
    if (!waiting.get() && waiting.compareAndSet(false, true)) {
      enter();
    }
  }

  /** On the watchdog's thread. */
  @Override
  protected void timedOut() {
    exit();
    if (requests) {
      requests = false;
      enter();
      return;
    }
    waiting.set(false);
    if (requests) {
      start();
    }
  }
}
