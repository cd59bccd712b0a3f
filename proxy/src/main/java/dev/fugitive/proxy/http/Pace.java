package dev.fugitive.proxy.http;

import java.util.concurrent.TimeUnit;

/**
 * How fast somebody sends or reads, over the time that was spent waiting for them: who moves a byte
 * now and then never stands still, and would be waited for without end. Not safe for use by several
 * threads.
 */
final class Pace {
  private final long minBytesPerSecond;
  private final long graceNanos;
  private long waitedNanos;
  private long bytes;

  /**
   * @param minBytesPerSecond 0 for no minimum
   * @param graceMillis waiting that is borne at any pace
   */
  Pace(long minBytesPerSecond, long graceMillis) {
    this.minBytesPerSecond = minBytesPerSecond;
    this.graceNanos = TimeUnit.MILLISECONDS.toNanos(graceMillis);
  }

  void moved(long count) {
    bytes += count;
  }

  void waited(long nanos) {
    waitedNanos += nanos;
  }

  boolean isTooSlow() {
    if (waitedNanos <= graceNanos) {
      return false;
    }
    return bytes * 1e9 < (double) minBytesPerSecond * waitedNanos;
  }
}
