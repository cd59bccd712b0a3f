package dev.fugitive.proxy.rendezvous;

/**
 * A bucket that fills with one token an interval up to its size; who takes more than is there gets
 * none. Not safe for use by several threads.
 */
final class TokenBucket {
  private final long intervalNanos;
  private final int size;
  private int tokens;
  private long filledNanos;

  TokenBucket(int size, long intervalNanos, long nowNanos) {
    this.size = size;
    this.intervalNanos = intervalNanos;
    this.tokens = size;
    this.filledNanos = nowNanos;
  }

  boolean take(int count, long nowNanos) {
    long earned = Math.max(0, (nowNanos - filledNanos) / intervalNanos);
    filledNanos += earned * intervalNanos;
    tokens = (int) Math.min(size, tokens + earned);
    if (tokens < count) {
      return false;
    }
    tokens -= count;
    return true;
  }
}
