package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.ConnectionId;
import dev.fugitive.client.signalling.SignedSignal;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tells signals of a peer from what somebody on the way made, changed, or recorded and plays again.
 * Not safe for use by several threads.
 *
 * <p>An answer or a candidate is for a connection whose random id is new, so an old one fits
 * nothing. An offer names a connection that we have not heard of; so its time must be near ours,
 * and within that window each offer is taken once.
 */
final class SignalGuard {
  /** How far a peer's clock may be from ours, the offer's way here included. */
  static final Duration WINDOW = Duration.ofMinutes(5);

  /** The most offers remembered; more within one window than any rendezvous may carry. */
  static final int MAX_OFFERS = 16 * 1024;

  private final PeerId self;
  private final Map<Seen, Instant> seen = new LinkedHashMap<>();

  SignalGuard(PeerId self) {
    this.self = self;
  }

  private record Seen(PeerId from, ConnectionId connection) {}

  /** Why a signal is not what {@code from} just said to us; empty where it is. */
  Optional<String> fault(PeerId from, SignedSignal signal) {
    return signal.isFrom(from, self)
        ? Optional.empty()
        : Optional.of("signature: not that of " + from.shortName());
  }

  /**
   * Why an offer, whose signature is right, is not a new one; empty where it is, the first time.
   */
  Optional<String> staleness(PeerId from, SignedSignal offer, Instant now) {
    forget(now);
    Duration off = Duration.between(Instant.ofEpochMilli(offer.timeMillis()), now);
    if (off.abs().compareTo(WINDOW) > 0) {
      return Optional.of("offer's time: off by " + off + " (expected: at most " + WINDOW + ")");
    }
    if (seen.putIfAbsent(new Seen(from, offer.connection()), now) != null) {
      return Optional.of("offer " + offer.connection() + ": heard before");
    }
    return Optional.empty();
  }

  /** An offer may be stamped ahead of our clock, so it is remembered for two windows. */
  private void forget(Instant now) {
    Iterator<Instant> oldestFirst = seen.values().iterator();
    while (oldestFirst.hasNext()) {
      boolean old = oldestFirst.next().plus(WINDOW).plus(WINDOW).isBefore(now);
      if (!old && seen.size() < MAX_OFFERS) {
        return;
      }
      oldestFirst.remove();
    }
  }
}
