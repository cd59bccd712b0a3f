package dev.fugitive.client.mesh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.mesh.MeshSettings.Timing;
import java.time.Duration;

/**
 * Whether a peer is there, and how far away: what it said last, and the round trips of pings.
 * Frames come on the transport's threads, pongs on the session's, looks on the mesh's loop.
 */
final class Liveness {
  @GuardedBy("this")
  private final RoundTrips roundTrips = new RoundTrips();

  @GuardedBy("this")
  private long lastPingNanos;

  @GuardedBy("this")
  private boolean pinged;

  private volatile long lastHeardNanos;
  private volatile long roundTripNanos = -1;

  /** What a look at a peer says. */
  enum Verdict {
    WELL,
    ASK,
    DEAD
  }

  /** Something came. */
  void heard(long nowNanos) {
    lastHeardNanos = nowNanos;
  }

  /**
   * A peer that has said nothing for a while is asked, one that stays silent is given up. One that
   * talks is asked, too, now and then, for the round trip.
   */
  synchronized Verdict look(long nowNanos, Timing timing) {
    long silentNanos = nowNanos - lastHeardNanos;
    if (silentNanos >= timing.silenceLimit().toNanos()) {
      return Verdict.DEAD;
    }
    boolean quiet = silentNanos >= timing.pingInterval().toNanos();
    Duration interval = quiet ? timing.pingInterval() : timing.checkInterval();
    boolean due = !pinged || nowNanos - lastPingNanos >= interval.toNanos();
    return due ? Verdict.ASK : Verdict.WELL;
  }

  /** A ping goes out; returns what it must carry. */
  synchronized long ping(long nowNanos) {
    pinged = true;
    lastPingNanos = nowNanos;
    return roundTrips.begin(nowNanos);
  }

  /** Whether a ping was sent and not answered yet: links lose nothing. */
  synchronized boolean isPongDue() {
    return roundTrips.isAwaiting();
  }

  synchronized void pong(long nonce, long nowNanos) {
    roundTrips.end(nonce, nowNanos);
    roundTripNanos = roundTrips.smallestNanos();
  }

  /** The smallest round trip of the last few; -1 before the first. */
  long roundTripNanos() {
    return roundTripNanos;
  }
}
