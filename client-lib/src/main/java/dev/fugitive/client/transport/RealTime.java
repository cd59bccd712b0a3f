package dev.fugitive.client.transport;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's clock, and one thread that runs what falls due. */
public final class RealTime implements Scheduler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RealTime.class);

  private final ScheduledThreadPoolExecutor executor;
  private volatile @Nullable Thread thread;

  public RealTime(String threadName) {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            body -> {
              Thread made = new Thread(body, threadName);
              made.setDaemon(true);
              thread = made;
              return made;
            },
            new ThreadPoolExecutor.DiscardPolicy());
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void schedule(long delayNanos, Runnable task) {
    var unused = executor.schedule(() -> run(task), delayNanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public boolean mayWait() {
    return Thread.currentThread() != thread;
  }

  /** Forgets what is scheduled, and ends the thread. */
  @Override
  public void close() {
    executor.shutdownNow();
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("scheduled task failed", e);
    }
  }
}
