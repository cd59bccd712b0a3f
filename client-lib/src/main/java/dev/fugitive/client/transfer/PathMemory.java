package dev.fugitive.client.transfer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** What earlier downloads learned of the paths to peers, so that the next one starts warm. */
final class PathMemory {
  private static final int MAX_PEERS = 256;
  private static final long MAX_AGE_NANOS = 60_000_000_000L;

  /**
   * What a small content taught says little: a program that has just begun looks like a slow path,
   * and who looks slow is not asked, so nobody would find out.
   */
  private static final long SMALL_MAX_AGE_NANOS = 5_000_000_000L;

  private record Learned(PathEstimate path, long atNanos, long maxAgeNanos) {
    boolean isFresh(long nowNanos) {
      return nowNanos - atNanos < maxAgeNanos;
    }
  }

  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<PeerId, Learned> paths =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Learned> eldest) {
          return size() > MAX_PEERS;
        }
      };

  PathMemory(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** A content has taught this. */
  void learned(PeerId peer, PathEstimate path) {
    learn(peer, path, MAX_AGE_NANOS);
  }

  /** A small content has taught this. */
  void learnedLittle(PeerId peer, PathEstimate path) {
    learn(peer, path, SMALL_MAX_AGE_NANOS);
  }

  private void learn(PeerId peer, PathEstimate path, long maxAgeNanos) {
    if (!path.isKnown()) {
      return;
    }
    lock.lock();
    try {
      long nowNanos = nanoClock.getAsLong();
      Learned before = paths.get(peer);
      boolean isBetter =
          before != null && before.isFresh(nowNanos) && before.maxAgeNanos() > maxAgeNanos;
      if (!isBetter) {
        paths.put(peer, new Learned(path, nowNanos, maxAgeNanos));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether a peer has given us anything that was true, however long ago. */
  boolean isProven(PeerId peer) {
    lock.lock();
    try {
      return paths.containsKey(peer);
    } finally {
      lock.unlock();
    }
  }

  /** What was learned lately; otherwise the session's round trip alone. */
  PathEstimate path(PeerSession session) {
    lock.lock();
    try {
      Learned learned = paths.get(session.peer());
      if (learned != null && learned.isFresh(nanoClock.getAsLong())) {
        return learned.path();
      }
    } finally {
      lock.unlock();
    }
    return new PathEstimate(0, Math.max(0, session.roundTripNanos()));
  }
}
