package dev.fugitive.client.mesh;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The virtual threads of one mesh: its loop, its sessions, and whatever else may block. Safe for
 * use by several threads.
 */
final class MeshThreads {
  private static final Logger LOG = LoggerFactory.getLogger(MeshThreads.class);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("mesh-", 0).factory());

  /** Runs something that may block, on a thread of its own; false after {@link #close}. */
  boolean fork(Runnable blocking) {
    try {
      threads.execute(blocking);
      return true;
    } catch (RejectedExecutionException closed) {
      return false;
    }
  }

  /** Begins nothing more, and waits for what runs, a few seconds at most. */
  void close() {
    threads.shutdown();
    try {
      if (threads.awaitTermination(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      threads.shutdownNow();
      if (!threads.awaitTermination(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("a session's handler still runs after {}", CLOSE_PATIENCE.multipliedBy(2));
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /** Whether all have ended after {@link #close}. */
  boolean areGone() {
    return threads.isTerminated();
  }
}
