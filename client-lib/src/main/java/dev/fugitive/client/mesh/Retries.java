package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.Backoff;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * When a peer with which a link failed may be tried again, and when its next offer is listened to.
 * Not safe for use by several threads.
 */
final class Retries {
  /** The most peers remembered; the one not touched for the longest time is forgotten first. */
  static final int MAX_PEERS = 1024;

  private final Backoff backoff;
  private final RandomGenerator random;
  private final Map<PeerId, Retry> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Retry> eldest) {
          return size() > MAX_PEERS;
        }
      };

  Retries(Backoff backoff, RandomGenerator random) {
    this.backoff = backoff;
    this.random = random;
  }

  private record Retry(int failures, long notBeforeNanos) {}

  void failed(PeerId peer, long nowNanos) {
    Retry before = entries.get(peer);
    int failures = before == null ? 1 : before.failures + 1;
    long waitNanos = backoff.delayNanos(failures, random.nextDouble());
    entries.put(peer, new Retry(failures, nowNanos + waitNanos));
  }

  /** A link worked well: the next failure counts as the first. */
  void succeeded(PeerId peer) {
    entries.remove(peer);
  }

  /** Keeps from a peer for the longest wait, without calling it a failure. */
  void rest(PeerId peer, long nowNanos) {
    entries.put(peer, new Retry(0, nowNanos + backoff.cap().toNanos()));
  }

  boolean mayTry(PeerId peer, long nowNanos) {
    Retry entry = entries.get(peer);
    return entry == null || nowNanos >= entry.notBeforeNanos;
  }

  int size() {
    return entries.size();
  }
}
