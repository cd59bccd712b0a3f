package dev.fugitive.client.transfer.upload;

/**
 * Says when bytes may be sent so that, over any time, no more go than the rate allows, a short
 * burst and one reservation excepted. Confined to its owner's lock.
 *
 * <p>It is the generic cell rate algorithm, the token bucket seen from the other side: not tokens
 * that drip in, but the instant from which the next bytes are free to go. A reservation starts at
 * that instant, or now less the burst where that is later, and moves it on by the time that its
 * bytes take. Whoever reserves waits for the start of its own bytes, so those who reserve one frame
 * each are served in turn.
 */
final class Pacer {
  /** What an idle pacer lets through at once, as time at its rate. */
  static final long BURST_NANOS = 50_000_000;

  private static final double NANOS_PER_SECOND = 1e9;

  private long bytesPerSecond;
  private long freeAtNanos;

  Pacer(long bytesPerSecond, long nowNanos) {
    this.bytesPerSecond = bytesPerSecond;
    this.freeAtNanos = nowNanos - BURST_NANOS;
  }

  /** Reserves bytes and returns the instant from which they may be sent; not after now: at once. */
  long reserve(long bytes, long nowNanos) {
    if (bytesPerSecond == UploadSettings.UNLIMITED) {
      return nowNanos;
    }
    long earliest = nowNanos - BURST_NANOS;
    long start = freeAtNanos - earliest > 0 ? freeAtNanos : earliest;
    freeAtNanos = start + nanosFor(bytes);
    return start;
  }

  /** Gives back what was reserved and not sent; a negative number takes what was sent beyond. */
  void refund(long bytes) {
    if (bytesPerSecond != UploadSettings.UNLIMITED) {
      freeAtNanos -= nanosFor(bytes);
    }
  }

  /** Changes the rate; reservations before are forgotten. */
  void setRate(long newBytesPerSecond, long nowNanos) {
    bytesPerSecond = newBytesPerSecond;
    freeAtNanos = nowNanos;
  }

  private long nanosFor(long bytes) {
    return (long) (bytes * NANOS_PER_SECOND / bytesPerSecond);
  }
}
