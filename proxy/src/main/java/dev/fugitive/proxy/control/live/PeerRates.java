package dev.fugitive.proxy.control.live;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.mesh.MeshStatus;
import dev.fugitive.client.peer.PeerId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How fast bytes come from and go to each peer now, from what its links have carried. Safe for use
 * by several threads.
 */
public final class PeerRates {
  /** How much the latest sample counts; the rest is what was before. */
  private static final double LATEST = 0.5;

  /** Below it nothing flows: only signs of life do. */
  private static final double STILL_BYTES_PER_SECOND = 64;

  @GuardedBy("this")
  private final Map<PeerId, Measured> peers = new HashMap<>();

  /** Bytes a second. */
  public record Rate(long receivedPerSecond, long sentPerSecond) {
    /** Nothing flows. */
    public static final Rate STILL = new Rate(0, 0);
  }

  private record Measured(long in, long out, long atNanos, double inRate, double outRate) {
    Measured next(long inNow, long outNow, long nowNanos) {
      double seconds = Math.max(1, nowNanos - atNanos) / 1e9;
      return new Measured(
          inNow,
          outNow,
          nowNanos,
          smoothed(inRate, Math.max(0, inNow - in) / seconds),
          smoothed(outRate, Math.max(0, outNow - out) / seconds));
    }

    private static double smoothed(double before, double latest) {
      double now = LATEST * latest + (1 - LATEST) * before;
      return now < STILL_BYTES_PER_SECOND ? 0 : now;
    }
  }

  /** Takes what the links have carried until now. */
  public synchronized void sample(List<MeshStatus.Peer> links, long nowNanos) {
    Map<PeerId, long[]> totals = new HashMap<>();
    for (MeshStatus.Peer link : links) {
      long[] total = totals.computeIfAbsent(link.id(), id -> new long[2]);
      total[0] += link.bytesIn();
      total[1] += link.bytesOut();
    }
    peers.keySet().retainAll(totals.keySet());
    totals.forEach((peer, total) -> {
      Measured before = peers.getOrDefault(peer, new Measured(total[0], total[1], nowNanos, 0, 0));
      peers.put(peer, before.next(total[0], total[1], nowNanos));
    });
  }

  /** How fast it is with a peer. */
  public synchronized Rate of(PeerId peer) {
    Measured measured = peers.get(peer);
    return measured == null
        ? Rate.STILL
        : new Rate(Math.round(measured.inRate()), Math.round(measured.outRate()));
  }
}
