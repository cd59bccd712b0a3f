package dev.fugitive.client.transfer;

import java.util.Arrays;

/**
 * Measures a path as BBR does: the largest delivery rate of the last ten round trips, and the
 * smallest round trip of the last ten to twenty seconds.
 *
 * <p>A rate sample spans one round trip: the bytes that were delivered between the asking of a
 * frame and its arrival, over the time from the last delivery before the asking to the arrival. So
 * a burst that arrives at once does not look fast, and a sample that was taken while there was
 * nothing to ask for can raise the estimate but never lower it.
 *
 * <p>What was held up comes all at once: behind one lost packet, or while a program waited for its
 * turn. So a sample spans the asking as well as the arriving, whichever took longer. Without that
 * every such burst raises the rate, the window with it, and then the queue overflows, which is the
 * next burst.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-ccwg-bbr/">BBR congestion control</a>
 */
final class PathModel {
  private static final int RATE_ROUNDS = 10;
  private static final long ROUND_TRIP_BUCKET_NANOS = 10_000_000_000L;
  private static final double NANOS_PER_SECOND = 1e9;

  private final double[] rateByRound = new double[RATE_ROUNDS];

  /** The largest of {@link #rateByRound}: asked for more often than one of them changes. */
  private double maxRate;

  private long round;
  private long roundEndsAtBytes;
  private boolean roundWasLimited;

  private long minNanos = Long.MAX_VALUE;
  private long previousMinNanos = Long.MAX_VALUE;
  private long bucketStartNanos;
  private long roundMinNanos = Long.MAX_VALUE;
  private long lastRoundMinNanos;

  private long deliveredBytes;
  private long deliveredNanos;

  /** When the frame was asked for that was delivered last. */
  private long deliveredAskedNanos;

  /** What must be remembered of a frame when it is asked for, to measure with it on arrival. */
  record Flight(
      long askedNanos,
      long deliveredBytes,
      long deliveredNanos,
      long deliveredAskedNanos,
      boolean limitedByUs) {}

  PathModel(PathEstimate start, long nowNanos) {
    bucketStartNanos = nowNanos;
    deliveredNanos = nowNanos;
    deliveredAskedNanos = nowNanos;
    if (start.isKnown()) {
      rateByRound[0] = start.bytesPerSecond();
      maxRate = start.bytesPerSecond();
      minNanos = start.roundTripNanos();
    }
  }

  /**
   * A frame is asked for.
   *
   * @param idle nothing else was outstanding
   * @param limitedByUs less is asked for than the window allows
   */
  Flight asked(boolean idle, boolean limitedByUs, long nowNanos) {
    return new Flight(
        nowNanos,
        deliveredBytes,
        idle ? nowNanos : Math.min(deliveredNanos, nowNanos),
        idle ? nowNanos : Math.min(deliveredAskedNanos, nowNanos),
        limitedByUs);
  }

  /**
   * A frame came.
   *
   * @return whether a round trip is over: all that was outstanding when it began has come
   */
  boolean delivered(Flight flight, int bytes, long nowNanos) {
    deliveredBytes += bytes;
    deliveredNanos = nowNanos;
    deliveredAskedNanos = flight.askedNanos();
    sampleRoundTrip(Math.max(1, nowNanos - flight.askedNanos()), nowNanos);
    boolean newRound = flight.deliveredBytes() >= roundEndsAtBytes;
    if (newRound) {
      beginRound();
    }
    sampleRate(flight, nowNanos);
    return newRound;
  }

  /** Forgets rates older than the last two rounds: the path has become slower. */
  void forgetOldRates() {
    double last = rateByRound[slot(round)];
    double before = rateByRound[slot(round - 1)];
    Arrays.fill(rateByRound, 0);
    rateByRound[slot(round)] = last;
    rateByRound[slot(round - 1)] = before;
    maxRate = max(rateByRound);
  }

  /** Starts a new span of time for the shortest round trip when the old one is over. */
  boolean rotateRoundTrips(long nowNanos) {
    if (nowNanos - bucketStartNanos < ROUND_TRIP_BUCKET_NANOS) {
      return false;
    }
    bucketStartNanos = nowNanos;
    previousMinNanos = minNanos;
    minNanos = Long.MAX_VALUE;
    return true;
  }

  /** Bytes a second, 0 before the first sample. */
  double bytesPerSecond() {
    return maxRate;
  }

  private static double max(double[] rates) {
    double max = 0;
    for (double rate : rates) {
      max = Math.max(max, rate);
    }
    return max;
  }

  /** The shortest round trip; 0 before the first sample. */
  long minRoundTripNanos() {
    long min = Math.min(minNanos, previousMinNanos);
    return min == Long.MAX_VALUE ? 0 : min;
  }

  /** The shortest round trip of the last whole round: what the queue alone has added to. */
  long lastRoundMinNanos() {
    return lastRoundMinNanos;
  }

  long round() {
    return round;
  }

  PathEstimate estimate() {
    return new PathEstimate(bytesPerSecond(), minRoundTripNanos());
  }

  private void beginRound() {
    roundEndsAtBytes = deliveredBytes;
    lastRoundMinNanos = roundMinNanos == Long.MAX_VALUE ? 0 : roundMinNanos;
    roundMinNanos = Long.MAX_VALUE;
    round++;
    // A round in which we asked for too little says nothing: the oldest rate stays in its place.
    rateByRound[slot(round)] = roundWasLimited ? maxRate : 0;
    maxRate = max(rateByRound);
    roundWasLimited = false;
  }

  private void sampleRoundTrip(long nanos, long nowNanos) {
    minNanos = Math.min(minNanos, nanos);
    roundMinNanos = Math.min(roundMinNanos, nanos);
    if (minNanos <= previousMinNanos) {
      previousMinNanos = Long.MAX_VALUE;
      bucketStartNanos = minNanos == nanos ? nowNanos : bucketStartNanos;
    }
  }

  private void sampleRate(Flight flight, long nowNanos) {
    long arrivingNanos = nowNanos - flight.deliveredNanos();
    long askingNanos = flight.askedNanos() - flight.deliveredAskedNanos();
    long nanos = Math.max(1, Math.max(arrivingNanos, askingNanos));
    double rate = (deliveredBytes - flight.deliveredBytes()) * NANOS_PER_SECOND / nanos;
    roundWasLimited |= flight.limitedByUs();
    int slot = slot(round);
    rateByRound[slot] = Math.max(rateByRound[slot], rate);
    maxRate = Math.max(maxRate, rate);
  }

  private static int slot(long round) {
    return (int) Math.floorMod(round, (long) RATE_ROUNDS);
  }
}
