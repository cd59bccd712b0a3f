package dev.fugitive.client.signalling;

import java.time.Duration;

/**
 * How long to wait before trying again: doubled with each failure up to a cap, and drawn from the
 * upper half of that, so that many who failed together do not come back together.
 */
public record Backoff(Duration base, Duration cap) {
  private static final int MAX_DOUBLINGS = 40;

  public Backoff {
    if (base.isZero() || base.isNegative() || cap.compareTo(base) < 0) {
      throw new IllegalArgumentException(
          "backoff: " + base + " to " + cap + " (expected: 0 < base <= cap)");
    }
  }

  /**
   * The wait before the next attempt.
   *
   * @param failures how many attempts failed in a row, at least 1
   * @param random from 0 (inclusive) to 1 (exclusive)
   */
  public long delayNanos(int failures, double random) {
    int doublings = Math.min(Math.max(failures - 1, 0), MAX_DOUBLINGS);
    double full = Math.min((double) cap.toNanos(), (double) base.toNanos() * (1L << doublings));
    return (long) (full / 2 + full / 2 * random);
  }
}
