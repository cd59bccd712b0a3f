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

  private record Learned(PathEstimate path, long atNanos) {}

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

  /** A content that was long enough to tell has taught this. */
  void learned(PeerId peer, PathEstimate path) {
    if (!path.isKnown()) {
      return;
    }
    lock.lock();
    try {
      paths.put(peer, new Learned(path, nanoClock.getAsLong()));
    } finally {
      lock.unlock();
    }
  }

  /**
   * A peer has given us something true that was too short to tell anything of its path: how long
   * that takes depends on what else is under way, and on programs that have just begun. Who looks
   * slow for it is not asked, and nobody would find out.
   */
  void proved(PeerId peer) {
    lock.lock();
    try {
      paths.putIfAbsent(peer, new Learned(PathEstimate.UNKNOWN, nanoClock.getAsLong()));
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
      if (learned != null
          && learned.path().isKnown()
          && nanoClock.getAsLong() - learned.atNanos() < MAX_AGE_NANOS) {
        return learned.path();
      }
    } finally {
      lock.unlock();
    }
    return new PathEstimate(0, Math.max(0, session.roundTripNanos()));
  }
}
