package dev.fugitive.client.mesh;

/**
 * How long something usually takes peers, and so for how long it is worth waiting once more:
 * smoothed time and four deviations, as TCP does before it sends again (RFC 6298 section 2). Not
 * safe for use by several threads.
 */
public final class UsualTime {
  private boolean known;
  private long smoothedNanos;
  private long deviationNanos;

  /** It took so long this time. */
  public void add(long tookNanos) {
    if (!known) {
      known = true;
      smoothedNanos = tookNanos;
      deviationNanos = tookNanos / 2;
      return;
    }
    deviationNanos += (Math.abs(smoothedNanos - tookNanos) - deviationNanos) / 4;
    smoothedNanos += (tookNanos - smoothedNanos) / 8;
  }

  /** Whether there was a first time. */
  public boolean isKnown() {
    return known;
  }

  /** For how long to wait, in nanoseconds; 0 before the first time. */
  public long patienceNanos() {
    return smoothedNanos + 4 * deviationNanos;
  }
}
