package dev.fugitive.client.transfer;

import dev.fugitive.client.transfer.PathModel.Flight;

/**
 * How many bytes may be asked of one peer and not have come yet: the receiver's credit, which is
 * the only flow control that a data channel has.
 *
 * <h2>Why not leave it to SCTP</h2>
 *
 * <p>An SCTP association that is given all it can take overshoots the path's queue, loses a window
 * of packets at once, waits for a timer and starts again from one packet: 7.6 Mbit/s on a path of
 * 100 Mbit/s and 40 ms. The same association gives 85 to 91 Mbit/s when the bytes outstanding stay
 * between once and three times the bandwidth-delay product, because then its own congestion window
 * is never the limit and the queue never overflows. A request is credit for just the bytes that it
 * names, so bounding what is asked bounds what is under way.
 *
 * <h2>The window</h2>
 *
 * <pre>
 *   window = keep * (rate * (gain * minRoundTrip + slack) + grain)
 * </pre>
 *
 * <p>{@code rate} and {@code minRoundTrip} are the {@link PathModel}'s. {@code slack} is the time
 * that two programs may lose to their schedulers without the path running dry: it matters where the
 * round trip is shorter than that (on a loopback it is the whole window), and it makes an
 * underestimated rate correct itself, since a window larger than the path's product is what lets a
 * larger rate be seen. {@code grain} is that of our own asking: two frames, one that is sent and
 * one that is sent next. Where bytes come over several associations each needs as much, but all of
 * the further ones together no more than comes in 30 ms, or a chunk each: two frames for each of
 * many would be a queue that no router holds, and what overflows is lost.
 *
 * <p>One that fetches the content too has as many readers as the crowd has members, and what they
 * ask of it waits in its channels, where it can neither be asked of somebody who is sooner nor be
 * taken back. So it is not asked to show how fast it can be: there is no startup, and the grain is
 * what comes in a quarter of a second, at least two chunks.
 *
 * <h2>Phases</h2>
 *
 * <ol>
 *   <li><b>Startup.</b> The window grows by what is delivered, so it doubles every round trip. It
 *       stops to grow at the first sign of a queue (a round trip longer than the shortest by half,
 *       within 10 to 25 ms), and for the rest of the round it is half as large: what the sign tells
 *       of was asked a round trip ago, and the window has doubled since. The queue may be a
 *       router's, or that before an association whose own window has still to grow. In the second
 *       case the rate grows as well, a round or two later. So startup ends when the rate has not
 *       grown by a quarter for two rounds, the second with a queue, or for three. A path that is
 *       known begins so, too, with the window that it had: what was learned from a short content
 *       may be far too little.
 *   <li><b>Cruise.</b> {@code gain} is 1, and in every eighth round 1.25 to look for more, followed
 *       by 0.75 to take back the queue which that has built.
 *   <li><b>Look at the floor.</b> Every ten seconds no more than three quarters of what the path
 *       holds are asked for in one round, so that a queue of our own making is not taken for the
 *       path's length for ever.
 * </ol>
 *
 * <p>A queue that stays longer than we mean it to be says that the path became slower, or is
 * shared: rates older than two rounds are forgotten, so the window follows within a few round
 * trips. A silence where bytes were due (a loss that SCTP repairs by its timer) halves {@code
 * keep}, which comes back by an eighth a round; it never falls below an eighth, and the window
 * never below {@link #FLOOR_BYTES}.
 *
 * <p>Not thread-safe: the loop that owns the {@link SwarmCore} owns it.
 */
final class RequestWindow {
  /** The least window: two frames. */
  static final long FLOOR_BYTES = 128 * 1024;

  /** The window before anything was measured. */
  static final long START_BYTES = 256 * 1024;

  /** The least window of one that shares its uplink: two chunks. */
  static final long SHARED_FLOOR_BYTES = 32 * 1024;

  /** The largest window. */
  static final long CEILING_BYTES = 8 * 1024 * 1024;

  private static final long GRAIN_BYTES = 128 * 1024;
  private static final long LEAST_GRAIN_BYTES = 16 * 1024;
  private static final double SHARED_GRAIN_SECONDS = 0.25;
  private static final long STRANDS_NANOS = 30_000_000;
  private static final long BATCH_NANOS = 4_000_000;
  private static final long SLACK_NANOS = 15_000_000;
  private static final long MIN_STARTUP_QUEUE_NANOS = 10_000_000;
  private static final long MAX_STARTUP_QUEUE_NANOS = 25_000_000;
  private static final long QUEUE_TOLERANCE_NANOS = 10_000_000;
  private static final long MIN_SILENCE_NANOS = 200_000_000;
  private static final int PLATEAU_ROUNDS = 3;
  private static final int QUEUE_ROUNDS = 2;
  private static final double PLATEAU_GROWTH = 1.25;
  private static final int CYCLE_ROUNDS = 8;
  private static final double PROBE_GAIN = 1.25;
  private static final double DRAIN_GAIN = 0.75;
  private static final double FLOOR_LOOK_GAIN = 0.75;
  private static final double LEAST_KEEP = 0.125;

  private enum Phase {
    STARTUP,
    CRUISE,
    FLOOR_LOOK
  }

  private final PathModel model;
  private Phase phase = Phase.STARTUP;
  private long startupBytes;
  private double plateauRate;
  private boolean sawQueue;
  private int plateauRounds;
  private int cycleRound = 2;
  private double keep = 1;
  private int strands = 1;
  private boolean shared;
  private long outstandingBytes;
  private long heardNanos;

  /** A window for a path of which this is known: with something known it starts warm. */
  RequestWindow(PathEstimate start, long nowNanos) {
    model = new PathModel(start, nowNanos);
    plateauRate = start.bytesPerSecond();
    startupBytes = start.isKnown() ? (long) target(1) : START_BYTES;
    heardNanos = nowNanos;
  }

  /**
   * Whether that many bytes more may be asked for; a frame may always be, when none is under way.
   */
  boolean hasRoomFor(int bytes) {
    return outstandingBytes == 0 || outstandingBytes + bytes <= windowBytes();
  }

  /**
   * Whether so much may be asked for that it is worth a message: at least what comes in {@link
   * #BATCH_NANOS}, or a quarter of the window. Each message costs either side some hand-overs
   * between threads; where a frame comes every millisecond, a message for each would cost as much
   * as the frame. On paths below 16 MB/s every frame is asked for at once.
   */
  boolean hasRoomForBatch() {
    long window = windowBytes();
    double batch = Math.min(window / 4.0, model.bytesPerSecond() * BATCH_NANOS / 1e9);
    return outstandingBytes == 0 || window - outstandingBytes >= batch;
  }

  /** Bytes are asked for. */
  Flight asked(int bytes, long nowNanos) {
    boolean idle = outstandingBytes == 0;
    outstandingBytes += bytes;
    heardNanos = idle ? nowNanos : heardNanos;
    return model.asked(idle, outstandingBytes < windowBytes() / 2, nowNanos);
  }

  /** Bytes that were asked for came. */
  void delivered(Flight flight, int bytes, long nowNanos) {
    long roundTripNanos = nowNanos - flight.askedNanos();
    outstandingBytes -= bytes;
    heardNanos = nowNanos;
    boolean newRound = model.delivered(flight, bytes, nowNanos);
    if (phase == Phase.STARTUP) {
      grow(bytes, roundTripNanos, newRound);
    }
    if (newRound) {
      beginRound(nowNanos);
    }
  }

  /** Bytes that were asked for are no longer expected. */
  void released(int bytes) {
    outstandingBytes -= bytes;
  }

  /** Time passed: a silence where bytes were due halves the window. */
  void tick(long nowNanos) {
    if (outstandingBytes > 0 && nowNanos - heardNanos > silenceNanos()) {
      keep = Math.max(LEAST_KEEP, keep / 2);
      heardNanos = nowNanos;
    }
  }

  /** The bytes come over so many associations. */
  void strands(int count) {
    strands = count;
  }

  /** The peer fetches the content too, and gives it to all who do. */
  void shared(boolean now) {
    shared = now;
  }

  long windowBytes() {
    double bytes = phase == Phase.STARTUP && !shared ? startupBytes() : target(gain());
    return Math.clamp(
        (long) (keep * bytes), shared ? SHARED_FLOOR_BYTES : FLOOR_BYTES, CEILING_BYTES);
  }

  long outstandingBytes() {
    return outstandingBytes;
  }

  PathEstimate estimate() {
    return model.estimate();
  }

  /** How long that many bytes take to come, by the model; half a second where it knows nothing. */
  long deliveryNanos(long bytes) {
    double rate = model.bytesPerSecond();
    if (rate <= 0) {
      return 500_000_000;
    }
    return model.minRoundTripNanos() + (long) (bytes * 1e9 / rate);
  }

  private double startupBytes() {
    return Math.max(sawQueue ? startupBytes / 2.0 : startupBytes, target(1));
  }

  private void grow(int bytes, long roundTripNanos, boolean newRound) {
    long min = model.minRoundTripNanos();
    long queue = Math.clamp(min / 2, MIN_STARTUP_QUEUE_NANOS, MAX_STARTUP_QUEUE_NANOS);
    sawQueue |= roundTripNanos > min + queue;
    if (!sawQueue) {
      boolean slowly = roundTripNanos > min + queue / 2;
      startupBytes = Math.min(CEILING_BYTES, startupBytes + (slowly ? bytes / 4 : bytes));
    }
    if (newRound) {
      boolean flat = rateIsFlat();
      if (flat && plateauRounds >= (sawQueue ? QUEUE_ROUNDS : PLATEAU_ROUNDS)) {
        phase = Phase.CRUISE;
      }
      sawQueue = false;
    }
  }

  private boolean rateIsFlat() {
    double rate = model.bytesPerSecond();
    if (rate > plateauRate * PLATEAU_GROWTH) {
      plateauRate = rate;
      plateauRounds = 0;
      return false;
    }
    plateauRounds++;
    return true;
  }

  private void beginRound(long nowNanos) {
    keep = Math.min(1, keep + LEAST_KEEP);
    if (phase == Phase.STARTUP) {
      return;
    }
    phase = model.rotateRoundTrips(nowNanos) ? Phase.FLOOR_LOOK : Phase.CRUISE;
    cycleRound = (cycleRound + 1) % CYCLE_ROUNDS;
    if (queueIsLong()) {
      model.forgetOldRates();
      cycleRound = 1;
    }
  }

  private boolean queueIsLong() {
    double rate = model.bytesPerSecond();
    if (rate <= 0) {
      return false;
    }
    long meant = SLACK_NANOS + (long) (grainBytes() * 1e9 / rate);
    return model.lastRoundMinNanos()
        > model.minRoundTripNanos() + 2 * meant + QUEUE_TOLERANCE_NANOS;
  }

  private double gain() {
    if (phase == Phase.FLOOR_LOOK) {
      return FLOOR_LOOK_GAIN;
    }
    return switch (cycleRound) {
      case 0 -> PROBE_GAIN;
      case 1 -> DRAIN_GAIN;
      default -> 1;
    };
  }

  private double target(double gain) {
    double slack = phase == Phase.FLOOR_LOOK ? 0 : SLACK_NANOS;
    double seconds = (gain * model.minRoundTripNanos() + slack) / 1e9;
    return model.bytesPerSecond() * seconds + (phase == Phase.FLOOR_LOOK ? 0 : grainBytes());
  }

  private double grainBytes() {
    if (shared && strands == 1) {
      return Math.clamp(
          model.bytesPerSecond() * SHARED_GRAIN_SECONDS, SHARED_FLOOR_BYTES, GRAIN_BYTES);
    }
    int further = strands - 1;
    double together = model.bytesPerSecond() * STRANDS_NANOS / 1e9;
    return GRAIN_BYTES
        + Math.clamp(
            together, (double) further * LEAST_GRAIN_BYTES, (double) further * GRAIN_BYTES);
  }

  private long silenceNanos() {
    return Math.max(MIN_SILENCE_NANOS, 2 * deliveryNanos(outstandingBytes));
  }
}
