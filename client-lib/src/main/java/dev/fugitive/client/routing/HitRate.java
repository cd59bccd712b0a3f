package dev.fugitive.client.routing;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * How often a peer had what its filter said. What is long ago counts less: each half-life halves
 * it, so that a peer which was often wrong gets another chance. Time is an argument. Safe for use
 * by several threads.
 */
final class HitRate {
  /** After so long, what was seen counts half. */
  static final long HALF_LIFE_NANOS = 60_000_000_000L;

  @GuardedBy("this")
  private double right;

  @GuardedBy("this")
  private double wrong;

  @GuardedBy("this")
  private long lastNanos;

  HitRate(long nowNanos) {
    this.lastNanos = nowNanos;
  }

  synchronized void noteRight(long nowNanos) {
    decay(nowNanos);
    right += 1;
  }

  synchronized void noteWrong(long nowNanos) {
    decay(nowNanos);
    wrong += 1;
  }

  /** The share of right hits, beginning at 1 and moved by what was seen. */
  synchronized double share(long nowNanos) {
    decay(nowNanos);
    return (right + 1) / (right + wrong + 1);
  }

  @GuardedBy("this")
  private void decay(long nowNanos) {
    double halfLives = (double) Math.max(0, nowNanos - lastNanos) / HALF_LIFE_NANOS;
    double kept = Math.pow(0.5, halfLives);
    right *= kept;
    wrong *= kept;
    lastNanos = nowNanos;
  }
}
