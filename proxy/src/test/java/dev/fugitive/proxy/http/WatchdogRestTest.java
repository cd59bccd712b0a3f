package dev.fugitive.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okio.AsyncTimeout;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class WatchdogRestTest {
  private static final int LIMITS = 20_000;

  @Test
  void theWatchdogIsNotWokenForEachLimit() {
    WatchdogRest rest = new WatchdogRest();
    AsyncTimeout limit = new AsyncTimeout();
    limit.timeout(60, TimeUnit.SECONDS);
    rest.request();
    long before = wakeUps();

    for (int request = 0; request < LIMITS; request++) {
      rest.request();
      limit.enter();
      limit.exit();
    }

    // twice a second it wakes by itself
    assertThat(wakeUps() - before).isLessThan(LIMITS / 100);
  }

  @Test
  void aLimitThatRunsOutSoonerStillDoes() throws Exception {
    CountDownLatch ranOut = new CountDownLatch(1);
    AsyncTimeout limit =
        new AsyncTimeout() {
          @Override
          protected void timedOut() {
            ranOut.countDown();
          }
        };
    limit.timeout(1, TimeUnit.MILLISECONDS);
    new WatchdogRest().request();

    limit.enter();

    assertThat(ranOut.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(limit.exit()).isTrue();
  }

  /** How often Okio's thread has begun to wait. */
  private static long wakeUps() {
    Thread watchdog =
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(WatchdogRestTest::watchdog, Optional::isPresent)
            .orElseThrow();
    return ManagementFactory.getThreadMXBean().getThreadInfo(watchdog.threadId()).getWaitedCount();
  }

  private static Optional<Thread> watchdog() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("Okio Watchdog"))
        .findFirst();
  }
}
