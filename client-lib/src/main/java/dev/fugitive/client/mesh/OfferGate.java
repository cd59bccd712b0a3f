package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.PeerId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Limits how often offers are answered, for one peer and in all: each answer costs memory that some
 * transports never give back. Not safe for use by several threads.
 */
final class OfferGate {
  /** The most peers remembered; the one not answered for the longest time is forgotten first. */
  static final int MAX_PEERS = 1024;

  private final long peerIntervalNanos;
  private final int burst;
  private final Map<PeerId, Long> answeredNanos =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Long> eldest) {
          return size() > MAX_PEERS;
        }
      };

  /** Answers that may be given at once; whole tokens, one more each interval. */
  private int tokens;

  private long lastTokenNanos;

  OfferGate(long peerIntervalNanos, int burst) {
    this.peerIntervalNanos = peerIntervalNanos;
    this.burst = burst;
    this.tokens = burst;
  }

  /** Takes leave to answer a peer now. */
  boolean admits(PeerId peer, long nowNanos) {
    refill(nowNanos);
    Long last = answeredNanos.get(peer);
    if (tokens == 0 || (last != null && nowNanos - last < peerIntervalNanos)) {
      return false;
    }
    tokens--;
    answeredNanos.put(peer, nowNanos);
    return true;
  }

  private void refill(long nowNanos) {
    if (tokens == burst) {
      lastTokenNanos = nowNanos;
      return;
    }
    long earned = Math.max(0, (nowNanos - lastTokenNanos) / peerIntervalNanos);
    lastTokenNanos += earned * peerIntervalNanos;
    tokens = (int) Math.min(burst, tokens + earned);
  }
}
