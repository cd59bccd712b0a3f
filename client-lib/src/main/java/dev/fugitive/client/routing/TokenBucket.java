package dev.fugitive.client.routing;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * Allows a rate on average and a burst at once. Time is an argument. Safe for use by several
 * threads.
 */
final class TokenBucket {
  private static final double NANOS_PER_SECOND = 1e9;

  private final double perSecond;
  private final double burst;

  @GuardedBy("this")
  private double tokens;

  @GuardedBy("this")
  private long lastNanos;

  TokenBucket(double perSecond, double burst, long nowNanos) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.tokens = burst;
    this.lastNanos = nowNanos;
  }

  /** Takes a token if there is one. */
  synchronized boolean tryTake(long nowNanos) {
    long elapsedNanos = Math.max(0, nowNanos - lastNanos);
    lastNanos = nowNanos;
    tokens = Math.min(burst, tokens + elapsedNanos * perSecond / NANOS_PER_SECOND);
    if (tokens < 1) {
      return false;
    }
    tokens -= 1;
    return true;
  }
}
