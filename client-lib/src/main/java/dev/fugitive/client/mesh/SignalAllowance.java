package dev.fugitive.client.mesh;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/** How many signals of others a peer may have us handle: a burst, and so many a second. */
final class SignalAllowance {
  private final int burst;
  private final long intervalNanos;

  @GuardedBy("this")
  private int tokens;

  @GuardedBy("this")
  private long lastTokenNanos;

  SignalAllowance(int burst, int perSecond) {
    this.burst = burst;
    this.intervalNanos = 1_000_000_000L / perSecond;
    this.tokens = burst;
  }

  /** Takes leave for one signal now. */
  synchronized boolean admits(long nowNanos) {
    if (tokens == burst) {
      lastTokenNanos = nowNanos;
    }
    long earned = Math.max(0, (nowNanos - lastTokenNanos) / intervalNanos);
    lastTokenNanos += earned * intervalNanos;
    tokens = (int) Math.min(burst, tokens + earned);
    if (tokens == 0) {
      return false;
    }
    tokens--;
    return true;
  }
}
