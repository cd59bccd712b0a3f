package dev.fugitive.proxy.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs until SIGINT or SIGTERM; then closes, and ends the process when that takes too long. */
final class UntilSignal implements Console.Hold {
  private static final Logger LOG = LoggerFactory.getLogger(UntilSignal.class);
  private static final long CLOSE_SECONDS = 10;

  @Override
  public void untilStopped(AutoCloseable running) {
    CountDownLatch closed = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform().name("shutdown").unstarted(() -> stop(running, closed)));
    try {
      closed.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void stop(AutoCloseable running, CountDownLatch closed) {
    Thread closing = Thread.ofPlatform().daemon().name("close").start(() -> close(running));
    try {
      if (!closing.join(Duration.ofSeconds(CLOSE_SECONDS))) {
        LOG.warn("not closed after {} s", CLOSE_SECONDS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    closed.countDown();
    Main.end(ExitStatus.OK);
  }

  private static void close(AutoCloseable running) {
    try {
      running.close();
    } catch (Exception failure) {
      LOG.warn("closing failed", failure);
    }
  }
}
