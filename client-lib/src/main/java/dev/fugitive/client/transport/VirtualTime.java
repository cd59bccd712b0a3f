package dev.fugitive.client.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until it is advanced, and then runs what falls due on the thread that
 * advances it: hours in a second, and the same run every time.
 */
public final class VirtualTime implements Scheduler {
  /** More tasks than this at one instant are a loop that never lets time pass. */
  private static final int MAX_TASKS_PER_INSTANT = 1_000_000;

  private record Task(long atNanos, long number, Runnable body) {}

  @GuardedBy("this")
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::atNanos).thenComparingLong(Task::number));

  @GuardedBy("this")
  private long nowNanos;

  @GuardedBy("this")
  private long scheduledTasks;

  @Override
  public synchronized long nanoTime() {
    return nowNanos;
  }

  @Override
  public synchronized void schedule(long delayNanos, Runnable task) {
    if (delayNanos < 0) {
      throw new IllegalArgumentException("delay: " + delayNanos + " (expected: not negative)");
    }
    tasks.add(new Task(nowNanos + delayNanos, scheduledTasks++, task));
  }

  @Override
  public boolean mayWait() {
    return false;
  }

  /** Lets this much time pass, running what falls due. */
  public void advance(Duration duration) {
    runUntil(() -> false, duration);
  }

  /**
   * Lets time pass until the condition holds, at most until the limit; the condition is looked at
   * after each task.
   *
   * @return whether it holds
   */
  public boolean runUntil(BooleanSupplier condition, Duration limit) {
    long endNanos = nanoTime() + limit.toNanos();
    long instantNanos = Long.MIN_VALUE;
    int tasksAtInstant = 0;
    while (!condition.getAsBoolean()) {
      Task task = nextBy(endNanos);
      if (task == null) {
        return condition.getAsBoolean();
      }
      tasksAtInstant = task.atNanos == instantNanos ? tasksAtInstant + 1 : 0;
      instantNanos = task.atNanos;
      if (tasksAtInstant > MAX_TASKS_PER_INSTANT) {
        throw new IllegalStateException(
            "tasks at one instant: "
                + tasksAtInstant
                + " (expected: at most "
                + MAX_TASKS_PER_INSTANT
                + ")");
      }
      task.body.run();
    }
    return true;
  }

  /** Takes the next task that is due by then and moves the clock to it, or to the end. */
  private synchronized @Nullable Task nextBy(long endNanos) {
    Task next = tasks.peek();
    if (next == null || next.atNanos > endNanos) {
      nowNanos = Math.max(nowNanos, endNanos);
      return null;
    }
    nowNanos = Math.max(nowNanos, next.atNanos);
    return tasks.poll();
  }
}
