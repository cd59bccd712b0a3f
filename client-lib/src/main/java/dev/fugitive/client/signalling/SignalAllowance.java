package dev.fugitive.client.signalling;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/** How many signals a peer may have us handle: a burst, and so many a second. */
public final class SignalAllowance {
  private final int burst;
  private final long intervalNanos;

  @GuardedBy("this")
  private int tokens;

  @GuardedBy("this")
  private long lastTokenNanos;

  public SignalAllowance(int burst, int perSecond) {
    this.burst = burst;
    this.intervalNanos = 1_000_000_000L / perSecond;
    this.tokens = burst;
  }

  /** Takes leave for one signal now. */
  public synchronized boolean admits(long nowNanos) {
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
