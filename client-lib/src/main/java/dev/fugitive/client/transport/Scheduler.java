package dev.fugitive.client.transport;

/**
 * When things happen in memory: in real time, or on a clock that a simulation moves. Tasks run one
 * at a time, in the order of their times; those of one time in the order in which they came.
 */
public interface Scheduler {
  /** Nanoseconds since some origin; only differences mean something. */
  long nanoTime();

  /** Runs the task once, {@code delayNanos} from now. */
  void schedule(long delayNanos, Runnable task);

  /**
   * Whether the calling thread may wait for tasks to run; false where it is the one to run them.
   */
  boolean mayWait();
}
