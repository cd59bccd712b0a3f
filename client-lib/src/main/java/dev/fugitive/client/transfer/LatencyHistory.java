package dev.fugitive.client.transfer;

import java.util.Arrays;

/** How long a peer took for its last 32 frames. */
final class LatencyHistory {
  private static final int SAMPLES = 32;
  private static final double HIGH_PERCENTILE = 0.95;

  private final long[] nanos = new long[SAMPLES];
  private int count;
  private int next;
  private long high;

  void add(long sampleNanos) {
    nanos[next] = sampleNanos;
    next = (next + 1) % SAMPLES;
    count = Math.min(SAMPLES, count + 1);
    high = 0;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** The 95th percentile; 0 where there is no sample. */
  long highNanos() {
    if (high == 0 && count > 0) {
      long[] sorted = Arrays.copyOf(nanos, count);
      Arrays.sort(sorted);
      high = sorted[(int) Math.ceil(HIGH_PERCENTILE * count) - 1];
    }
    return high;
  }
}
