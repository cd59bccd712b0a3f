package dev.fugitive.client.routing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.WireLimits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells one peer what our other peers hold: their filters as they made them, each under a number,
 * and what changes in them.
 *
 * <p>A peer is not told of itself, nor of anybody who does not upload, or does not understand what
 * follows from being told of. What all filters take together is bounded; those that come first
 * stay, and one that grows until it no longer fits is taken back.
 */
final class NearbyPublisher {
  /** Half of what a peer accepts, since it may hold a filter and the one that replaces it. */
  private static final int MAX_BYTES = WireLimits.MAX_NEARBY_BYTES / 2;

  private final PeerRoute told;

  @GuardedBy("this")
  private final Map<PeerRoute, Entry> entries = new HashMap<>();

  NearbyPublisher(PeerRoute told) {
    this.told = told;
  }

  private record Entry(int number, OwnHoldings.Cursor cursor, long filterBytes) {}

  /** The route behind a number that the peer was told. */
  synchronized Optional<PeerRoute> route(int number) {
    return entries.entrySet().stream()
        .filter(entry -> entry.getValue().number() == number)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * What the peer must be told now.
   *
   * @param routes all that are open; none while we share nothing
   */
  synchronized List<PeerMessage> news(Collection<PeerRoute> routes) {
    List<PeerMessage> messages = new ArrayList<>();
    Set<PeerRoute> open = new HashSet<>(routes);
    entries
        .entrySet()
        .removeIf(entry -> {
          boolean gone = !open.contains(entry.getKey());
          if (gone) {
            messages.add(new PeerMessage.NearbyGone(entry.getValue().number()));
          }
          return gone;
        });
    for (PeerRoute route : routes) {
      if (route != told && route.sharing() && route.supportsTier2()) {
        tell(route, messages);
      }
    }
    return messages;
  }

  @GuardedBy("this")
  private void tell(PeerRoute route, List<PeerMessage> messages) {
    Entry known = entries.get(route);
    int number = known == null ? freeNumber() : known.number();
    if (number < 0) {
      return;
    }
    OwnHoldings.Cursor from = known == null ? OwnHoldings.Cursor.START : known.cursor();
    OwnHoldings.Update update = route.holdings().since(from);
    if (update.messages().isEmpty()) {
      return;
    }
    long bytes = filterBytes(update, known);
    if (bytes > MAX_BYTES - bytesOfOthers(route)) {
      if (entries.remove(route) != null) {
        messages.add(new PeerMessage.NearbyGone(number));
      }
      return;
    }
    entries.put(route, new Entry(number, update.cursor(), bytes));
    for (PeerMessage message : update.messages()) {
      messages.add(numbered(number, message));
    }
  }

  private static PeerMessage numbered(int number, PeerMessage message) {
    return switch (message) {
      case PeerMessage.Holdings part -> new PeerMessage.Nearby(number, part);
      case PeerMessage.HoldingsDelta delta -> new PeerMessage.NearbyDelta(number, delta);
      default -> throw new IllegalArgumentException(message + " (expected: holdings)");
    };
  }

  @GuardedBy("this")
  private int freeNumber() {
    Set<Integer> used = new HashSet<>();
    entries.values().forEach(entry -> used.add(entry.number()));
    for (int number = 0; number <= WireLimits.MAX_NEIGHBOUR; number++) {
      if (!used.contains(number)) {
        return number;
      }
    }
    return -1;
  }

  /** What the filter takes that an update results in; one of bits changes no length. */
  private static long filterBytes(OwnHoldings.Update update, @Nullable Entry known) {
    long bytes = 0;
    for (PeerMessage message : update.messages()) {
      bytes += message instanceof PeerMessage.Holdings part ? part.bits().size() : 0;
    }
    return bytes == 0 && known != null ? known.filterBytes() : bytes;
  }

  @GuardedBy("this")
  private long bytesOfOthers(PeerRoute route) {
    long bytes = 0;
    for (Map.Entry<PeerRoute, Entry> entry : entries.entrySet()) {
      bytes += entry.getKey() == route ? 0 : entry.getValue().filterBytes();
    }
    return bytes;
  }
}
