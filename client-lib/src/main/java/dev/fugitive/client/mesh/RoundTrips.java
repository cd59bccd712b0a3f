package dev.fugitive.client.mesh;

import java.util.Arrays;

/**
 * Round trips measured by pings, one at a time; the smallest of the last few is the path's, the
 * others waited in queues. Not safe for use by several threads.
 */
final class RoundTrips {
  private static final int SAMPLES = 8;

  private final long[] samples = new long[SAMPLES];
  private long count;
  private long nonce;
  private long sentNanos;
  private boolean awaiting;

  /** A ping goes out now; returns what it must carry. */
  long begin(long nowNanos) {
    awaiting = true;
    sentNanos = nowNanos;
    return ++nonce;
  }

  boolean isAwaiting() {
    return awaiting;
  }

  /** A pong came; one that answers no ping, or an older one, is ignored. */
  void end(long answeredNonce, long nowNanos) {
    if (awaiting && answeredNonce == nonce) {
      awaiting = false;
      samples[(int) (count++ % SAMPLES)] = Math.max(0, nowNanos - sentNanos);
    }
  }

  /** The smallest of the last samples; -1 before the first. */
  long smallestNanos() {
    return Arrays.stream(samples, 0, (int) Math.min(count, SAMPLES)).min().orElse(-1);
  }
}
