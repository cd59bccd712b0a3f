package dev.fugitive.client.mesh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.transport.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The associations that one session's bulk goes through, the session's own link first: each frame
 * takes whichever has least to send, and {@link StrandPlan} is shown how they get on. Safe for use
 * by several threads.
 */
final class Carriers {
  private static final Logger LOG = LoggerFactory.getLogger(Carriers.class);
  private static final long COUNT_INTERVAL_NANOS = Duration.ofMillis(10).toNanos();

  private final Strands.Session session;
  private final StrandPool pool;
  private final Carrier own;
  private final LongAdder sentBytes = new LongAdder();

  @GuardedBy("this")
  private final StrandPlan plan = new StrandPlan(Strands.MAX_CARRIERS);

  @GuardedBy("this")
  private long countedNanos;

  /** Written under the lock. */
  private volatile boolean narrow;

  /** The session's own link first; replaced as a whole. */
  private volatile List<Carrier> all;

  Carriers(Strands.Session session, StrandPool pool, Link own) {
    this.session = session;
    this.pool = pool;
    this.own = new Carrier(own, session.nanos());
    this.all = List.of(this.own);
  }

  /** From now on bulk may go through these, too, and through no others. */
  void use(List<Carrier> strands) {
    List<Carrier> now = new ArrayList<>();
    now.add(own);
    now.addAll(strands);
    all = List.copyOf(now);
  }

  int count() {
    return all.size();
  }

  boolean areNarrow() {
    return narrow;
  }

  /** Sends bulk through the association that has least to send. */
  void send(ByteBuffer frame, long nowNanos) throws IOException {
    int bytes = frame.remaining();
    Carrier through = leastLoaded();
    try {
      through.send(frame, nowNanos);
    } catch (IOException e) {
      if (through == own) {
        throw e;
      }
      own.send(frame, nowNanos);
    }
    sentBytes.add(bytes);
    pool.sent(bytes);
  }

  private Carrier leastLoaded() {
    Carrier least = own;
    long leastBytes = Long.MAX_VALUE;
    for (Carrier carrier : all) {
      long bytes = carrier.link().queuedBytes();
      if (bytes < leastBytes) {
        least = carrier;
        leastBytes = bytes;
      }
    }
    return least;
  }

  /**
   * Looks where it is time to.
   *
   * @return how many associations to open; negative: how many of the newest to close
   */
  int look(long nowNanos) {
    List<Carrier> now = all;
    int change;
    synchronized (this) {
      if (nowNanos - countedNanos < COUNT_INTERVAL_NANOS) {
        return 0;
      }
      countedNanos = nowNanos;
      StrandPlan.Look seen = lookAt(now, nowNanos);
      change = plan.on(seen);
      narrow = plan.isNarrow(seen);
      LOG.trace("{}: {}", seen, change);
    }
    now.forEach(this::count);
    return change;
  }

  private StrandPlan.Look lookAt(List<Carrier> now, long nowNanos) {
    long sent = sentBytes.sum();
    long waiting = 0;
    int holding = 0;
    for (Carrier carrier : now) {
      waiting += carrier.link().queuedBytes();
      holding += carrier.isHolding() ? 1 : 0;
    }
    return new StrandPlan.Look(
        sent - waiting,
        pool.sentBytes() - sent,
        holding,
        now.size(),
        session.roundTripNanos(),
        nowNanos);
  }

  /** Has those counted in which something waited the last time. */
  void countWaiting() {
    all.stream().filter(Carrier::hasWaiting).forEach(this::count);
  }

  private void count(Carrier carrier) {
    carrier.link().count(bytes -> carrier.counted(bytes, session.nanos()));
  }
}
