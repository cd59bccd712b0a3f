package dev.fugitive.proxy.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs checks side by side, none longer than a limit, and gives their findings in order. */
public final class Examination {
  /** A look at one thing. */
  public record Check(String name, Callable<Finding> look) {}

  private final List<Check> checks;
  private final Duration limit;

  public Examination(List<Check> checks, Duration limit) {
    this.checks = List.copyOf(checks);
    this.limit = limit;
  }

  /** What each check found. */
  public List<Finding> findings() throws InterruptedException {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Future<Finding>> looks = new ArrayList<>();
      checks.forEach(check -> looks.add(threads.submit(check.look())));
      long endNanos = System.nanoTime() + limit.toNanos();
      List<Finding> findings = new ArrayList<>();
      for (int i = 0; i < checks.size(); i++) {
        findings.add(finding(checks.get(i).name(), looks.get(i), endNanos));
      }
      return findings;
    } finally {
      // a look that is stuck in a native call or a system's tool is left behind
      threads.shutdownNow();
    }
  }

  private Finding finding(String name, Future<Finding> look, long endNanos)
      throws InterruptedException {
    try {
      return look.get(Math.max(0, endNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      return Finding.warning(name, "no answer within " + limit.toSeconds() + " s");
    } catch (ExecutionException failure) {
      return Finding.failed(name, "cannot be examined: " + failure.getCause());
    }
  }
}
