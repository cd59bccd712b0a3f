package dev.fugitive.client.routing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.wire.PeerMessage.Holdings;
import dev.fugitive.client.wire.PeerMessage.Nearby;
import dev.fugitive.client.wire.PeerMessage.NearbyDelta;
import dev.fugitive.client.wire.PeerMessage.NearbyGone;
import dev.fugitive.client.wire.WireLimits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import okio.ByteString;

/**
 * What the peers of one peer hold, as that peer passes it on: a filter for each, under a number
 * that means nothing elsewhere. Safe for use by several threads; messages are taken on the
 * session's thread alone.
 */
final class Neighbours {
  private final LongSupplier ticker;

  @GuardedBy("this")
  private final Map<Integer, PeerHoldings> byNumber = new HashMap<>();

  Neighbours(LongSupplier ticker) {
    this.ticker = ticker;
  }

  /** A peer's peer that probably has an item. */
  record Hit(int neighbour, PeerHoldings holdings, double likelihood) {}

  synchronized void take(Nearby message) throws PeerHoldings.Violation {
    Holdings part = message.part();
    long announcedBytes = 0;
    for (PeerHoldings known : byNumber.values()) {
      announcedBytes += known.filterBytes();
    }
    announcedBytes += (part.partCount() - 1L) * WireLimits.FILTER_PART_BYTES;
    if (announcedBytes > WireLimits.MAX_NEARBY_BYTES) {
      throw new PeerHoldings.Violation(
          "nearby filters: %d bytes (expected: at most %d)"
              .formatted(announcedBytes, WireLimits.MAX_NEARBY_BYTES));
    }
    byNumber.computeIfAbsent(message.neighbour(), n -> new PeerHoldings(ticker)).take(part);
  }

  synchronized void take(NearbyDelta message) throws PeerHoldings.Violation {
    PeerHoldings known = byNumber.get(message.neighbour());
    if (known == null) {
      throw new PeerHoldings.Violation(
          "neighbour: " + message.neighbour() + " (expected: one that was told of)");
    }
    known.take(message.delta());
  }

  synchronized void take(NearbyGone message) {
    byNumber.remove(message.neighbour());
  }

  /** The likeliest to have an item, of those whose filters are not known first-hand. */
  synchronized Optional<Hit> best(HoldingItem item, Set<ByteString> knownSalts) {
    Hit best = null;
    for (Map.Entry<Integer, PeerHoldings> entry : byNumber.entrySet()) {
      PeerHoldings holdings = entry.getValue();
      double likelihood = knownSalts.contains(holdings.salt()) ? 0 : holdings.likelihood(item);
      if (likelihood > 0 && (best == null || likelihood > best.likelihood())) {
        best = new Hit(entry.getKey(), holdings, likelihood);
      }
    }
    return Optional.ofNullable(best);
  }

  /** The salts of those whose filters are known. */
  synchronized List<ByteString> salts() {
    return byNumber.values().stream()
        .map(PeerHoldings::salt)
        .filter(salt -> salt.size() > 0)
        .toList();
  }

  synchronized int count() {
    return byNumber.size();
  }
}
