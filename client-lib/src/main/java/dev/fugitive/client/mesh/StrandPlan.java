package dev.fugitive.client.mesh;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.wire.WireLimits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Decides how many associations carry the bulk that we send on one session: a pure function of what
 * was measured, with the time as an argument. Not safe for use by several threads.
 *
 * <h2>What a strand is good for</h2>
 *
 * <p>An SCTP association halves its window at each lost packet and adds one packet a round trip, so
 * on a path that loses packets of itself it is held near {@code 1.2 packets / (round trip *
 * sqrt(loss))}, whatever the path's rate (Mathis et al., 1997): 9 Mbit/s at 40 ms and 0.1 %.
 * Several associations are each held there.
 *
 * <h2>What is looked at</h2>
 *
 * <p>Time is cut into spans of about a round trip. In each: at what rate bytes left our queues, and
 * whether the associations held bytes back, which they do when their own window is full. That alone
 * says nothing: on a path without loss, too, the window may stay a little below what is asked for.
 * But there the rate is steady. A rate that falls by a third while bytes are held back says that a
 * window was cut, and only a lost packet does that.
 *
 * <ol>
 *   <li><b>Watch.</b> Such a fall was seen in the last minute, bytes were held back in eight spans
 *       in a row, and the rate neither grows nor falls: four associations in all are tried, then
 *       eight.
 *   <li><b>Open.</b> Wait for them.
 *   <li><b>Try.</b> Let them start, measure for eight spans. A rate higher by a quarter: they are
 *       kept. Otherwise they are given up, and nothing is tried for 5 s, twice as long each time.
 * </ol>
 *
 * <p>Who sends to several peers at once shares one uplink among them: more associations to one
 * would take from the others and add nothing. So nothing is tried while others take more than a
 * quarter.
 */
final class StrandPlan {
  /** The longest and the shortest span; in between, a round trip. */
  private static final long MIN_SPAN_NANOS = Duration.ofMillis(40).toNanos();

  private static final long MAX_SPAN_NANOS = Duration.ofMillis(250).toNanos();

  /** Nearer than this, a rate is bound by processors and not by loss. */
  private static final long MIN_ROUND_TRIP_NANOS = Duration.ofMillis(2).toNanos();

  private static final int SPANS = 8;
  private static final int SETTLING_SPANS = 4;
  private static final double GROWTH = 1.25;

  /** Steady is a rate between this part of what it was before and {@link #GROWTH}. */
  private static final double STEADY = 0.8;

  /** A window that is cut in half shows as a rate that falls to less than this part. */
  private static final double FALL = 0.65;

  /** Frames are long: a rate is that of so many spans. */
  private static final int SMOOTH_SPANS = 4;

  private static final long LOSS_SEEN_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int OTHERS_SHARE = 4;
  private static final int FIRST_CARRIERS = 4;

  /** What was opened for a try is waited for so long. */
  static final long OPENING_NANOS = Duration.ofSeconds(2).toNanos();

  /**
   * Three packets: who holds bytes back with fewer under way in a round trip waits for a queue, or
   * for a timer.
   */
  private static final long MIN_WINDOW_BYTES = 3 * 1160;

  /** A third of a frame. */
  private static final long NARROW_BYTES = WireLimits.MAX_FRAME_CHUNKS * ContentId.CHUNK_BYTES / 3;

  private static final long IDLE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long MIN_REST_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long MAX_REST_NANOS = Duration.ofMinutes(5).toNanos();

  private enum Phase {
    WATCH,
    OPEN,
    TRY
  }

  /**
   * What is known at one moment.
   *
   * @param sentBytes what has left our queues for this peer so far
   * @param othersBytes what was sent to all other peers so far
   * @param holding associations that hold bytes back
   * @param carriers associations that are open
   * @param roundTripNanos of the path; negative where it is not known
   */
  record Look(
      long sentBytes,
      long othersBytes,
      int holding,
      int carriers,
      long roundTripNanos,
      long nowNanos) {}

  private record Span(double bytesPerSecond, boolean held) {}

  private final int maxCarriers;
  private final Deque<Span> spans = new ArrayDeque<>();
  private Phase phase = Phase.WATCH;
  private long phaseNanos;
  private boolean started;
  private long lookedNanos;
  private long spanNanos;
  private long spanSentBytes;
  private long spanOthersBytes;
  private int looks;
  private int heldLooks;
  private int tried;
  private int carriersBefore;
  private double baseline;
  private long restNanos = MIN_REST_NANOS;
  private boolean rested = true;
  private long restUntilNanos;
  private boolean lossSeen;
  private boolean narrow;
  private long lossSeenNanos;

  /** The highest rate of {@link #SMOOTH_SPANS} while bytes were held back without a pause. */
  private double heldRate;

  StrandPlan(int maxCarriers) {
    this.maxCarriers = maxCarriers;
  }

  /**
   * Takes a look in.
   *
   * @return how many associations to open; negative: how many of the newest to close
   */
  int on(Look look) {
    if (!started || look.nowNanos() - lookedNanos > IDLE_NANOS) {
      begin(look);
      return 0;
    }
    lookedNanos = look.nowNanos();
    looks++;
    heldLooks += look.holding() > 0 && 2 * look.holding() >= look.carriers() ? 1 : 0;
    if (look.nowNanos() - spanNanos < spanLength(look)) {
      return 0;
    }
    endSpan(look);
    return switch (phase) {
      case WATCH -> watch(look);
      case OPEN -> awaitOpen(look);
      case TRY -> judge(look);
    };
  }

  /**
   * Whether loss keeps the window of each association below a third of a frame, as was seen last:
   * then a frame is several round trips under way, and what is behind it waits.
   */
  boolean isNarrow(Look look) {
    if (spans.size() >= SMOOTH_SPANS && look.roundTripNanos() >= MIN_ROUND_TRIP_NANOS) {
      double rate = rate(spans.size() - SMOOTH_SPANS, spans.size());
      boolean held = spans.stream().skip(spans.size() - SMOOTH_SPANS).allMatch(Span::held);
      if (held) {
        narrow = rate * look.roundTripNanos() < look.carriers() * NARROW_BYTES * 1e9;
      }
    }
    return narrow && lossSeen;
  }

  /** Something is sent after a pause: what was measured before it says nothing. */
  private void begin(Look look) {
    started = true;
    lookedNanos = look.nowNanos();
    become(Phase.WATCH, look.nowNanos());
    beginSpan(look);
  }

  private void become(Phase next, long nowNanos) {
    phase = next;
    phaseNanos = nowNanos;
    spans.clear();
  }

  private void beginSpan(Look look) {
    spanNanos = look.nowNanos();
    spanSentBytes = look.sentBytes();
    spanOthersBytes = look.othersBytes();
    looks = 0;
    heldLooks = 0;
  }

  private void endSpan(Look look) {
    long sent = look.sentBytes() - spanSentBytes;
    boolean alone = OTHERS_SHARE * (look.othersBytes() - spanOthersBytes) <= sent;
    double seconds = (look.nowNanos() - spanNanos) / 1e9;
    spans.addLast(new Span(sent / seconds, alone && 2 * heldLooks >= looks));
    if (spans.size() > SPANS) {
      spans.removeFirst();
    }
    noteLoss(look.nowNanos());
    beginSpan(look);
  }

  /** A rate that falls while bytes are held back. */
  private void noteLoss(long nowNanos) {
    lossSeen &= nowNanos - lossSeenNanos < LOSS_SEEN_NANOS;
    if (spans.size() < SMOOTH_SPANS
        || !spans.stream().skip(spans.size() - SMOOTH_SPANS).allMatch(Span::held)) {
      heldRate = 0;
      return;
    }
    double rate = rate(spans.size() - SMOOTH_SPANS, spans.size());
    if (rate < FALL * heldRate) {
      lossSeen = true;
      lossSeenNanos = nowNanos;
      heldRate = rate;
    }
    heldRate = Math.max(heldRate, rate);
  }

  private static long spanLength(Look look) {
    return Math.clamp(look.roundTripNanos(), MIN_SPAN_NANOS, MAX_SPAN_NANOS);
  }

  private int watch(Look look) {
    rested |= look.nowNanos() - restUntilNanos >= 0;
    if (!rested || look.carriers() >= maxCarriers || !isHeldBack(look)) {
      return 0;
    }
    baseline = Math.max(rate(0, SPANS / 2), rate(SPANS / 2, SPANS));
    carriersBefore = look.carriers();
    tried = Math.min(maxCarriers, Math.max(FIRST_CARRIERS, 2 * carriersBefore)) - carriersBefore;
    become(Phase.OPEN, look.nowNanos());
    return tried;
  }

  /** By its associations, for long enough, at a steady rate, on a path that loses packets. */
  private boolean isHeldBack(Look look) {
    return lossSeen
        && look.roundTripNanos() >= MIN_ROUND_TRIP_NANOS
        && spans.size() >= SPANS
        && spans.stream().allMatch(Span::held)
        && rate(SPANS / 2, SPANS) <= GROWTH * rate(0, SPANS / 2)
        && rate(SPANS / 2, SPANS) >= STEADY * rate(0, SPANS / 2)
        && rate(0, SPANS) * look.roundTripNanos() >= look.carriers() * MIN_WINDOW_BYTES * 1e9;
  }

  private int awaitOpen(Look look) {
    boolean all = look.carriers() >= carriersBefore + tried;
    if (!all && look.nowNanos() - phaseNanos < OPENING_NANOS) {
      return 0;
    }
    if (look.carriers() <= carriersBefore) {
      return giveUp(look);
    }
    become(Phase.TRY, look.nowNanos());
    return 0;
  }

  private int judge(Look look) {
    if (look.nowNanos() - phaseNanos < SETTLING_SPANS * spanLength(look)) {
      spans.clear();
      return 0;
    }
    if (spans.size() < SPANS) {
      return 0;
    }
    if (rate(0, SPANS) < GROWTH * baseline) {
      return giveUp(look);
    }
    restNanos = MIN_REST_NANOS;
    become(Phase.WATCH, look.nowNanos());
    return 0;
  }

  /** Closes what was opened for it, as far as it was. */
  private int giveUp(Look look) {
    int opened = Math.max(0, Math.min(tried, look.carriers() - carriersBefore));
    rested = false;
    restUntilNanos = look.nowNanos() + restNanos;
    restNanos = Math.min(MAX_REST_NANOS, 2 * restNanos);
    become(Phase.WATCH, look.nowNanos());
    return -opened;
  }

  /** The mean rate of some of the last spans, the oldest first. */
  private double rate(int from, int until) {
    return spans.stream()
        .skip(from)
        .limit(until - from)
        .mapToDouble(Span::bytesPerSecond)
        .average()
        .orElse(0);
  }
}
