package dev.fugitive.client.mesh;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits to be done by the mesh's loop. Steps of links are few and always taken; those that
 * strangers cause are refused while many wait. Safe for use by several threads.
 */
final class Steps {
  private static final Logger LOG = LoggerFactory.getLogger(Steps.class);

  /** Steps that may wait before those of strangers are refused. */
  private static final int MAX_WAITING_FOR_STRANGERS = 2048;

  private final LinkedBlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
  private final LongAdder refused = new LongAdder();

  void post(Runnable step) {
    mailbox.add(step);
  }

  /** For steps that strangers cause; refused where too many wait. */
  void postFromOutside(Runnable step) {
    if (mailbox.size() < MAX_WAITING_FOR_STRANGERS) {
      mailbox.add(step);
    } else {
      refused.increment();
    }
  }

  /** How many were refused. */
  long refused() {
    return refused.sum();
  }

  /** The next step; null where none came in that time. */
  @Nullable Runnable take(long waitNanos) throws InterruptedException {
    return mailbox.poll(Math.max(0, waitNanos), TimeUnit.NANOSECONDS);
  }

  /** A step that fails must not take the mesh with it. */
  static void run(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      LOG.error("a step of the mesh failed", e);
    }
  }
}
