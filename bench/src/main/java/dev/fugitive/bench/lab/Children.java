package dev.fugitive.bench.lab;

import java.util.concurrent.TimeUnit;

/** How processes that a benchmark started end. */
public final class Children {
  private static final long END_SECONDS = 5;

  private Children() {}

  /** Waits a little for a process that was told to end, and ends it otherwise. */
  public static void awaitEnd(Process process) {
    boolean ended = false;
    try {
      ended = process.waitFor(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!ended) {
      process.destroyForcibly();
    }
  }
}
