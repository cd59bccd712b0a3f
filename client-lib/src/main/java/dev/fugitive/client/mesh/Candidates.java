package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import dev.fugitive.client.peer.PeerInfo.Nearness;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The peers that the rendezvous named last, and the order in which they are worth a link:
 *
 * <ol>
 *   <li>who is on our own network;
 *   <li>who shares more contexts: it has more of what we will want;
 *   <li>who is nearer;
 *   <li>who has more free slots, by lot: each slot is one ticket, so that many newcomers do not all
 *       go to the same peer.
 * </ol>
 *
 * Not safe for use by several threads.
 */
final class Candidates {
  private static final Comparator<PeerInfo> BEST_FIRST =
      Comparator.comparing((PeerInfo info) -> info.nearness() != Nearness.LOCAL)
          .thenComparing(Comparator.comparingInt(PeerInfo::sharedContexts).reversed())
          .thenComparing(PeerInfo::nearness);

  private final RandomGenerator random;
  private final Map<PeerId, PeerInfo> known = new LinkedHashMap<>();

  Candidates(RandomGenerator random) {
    this.random = random;
  }

  private record Draw(PeerInfo info, double ticket) {}

  void replaceAll(List<PeerInfo> peers) {
    known.clear();
    peers.forEach(info -> known.put(info.id(), info));
  }

  void remove(PeerId peer) {
    known.remove(peer);
  }

  @Nullable PeerInfo get(PeerId peer) {
    return known.get(peer);
  }

  /** Whether it was found on our own network. */
  boolean isLocal(PeerId peer) {
    PeerInfo info = known.get(peer);
    return info != null && info.nearness() == Nearness.LOCAL;
  }

  /** The best that has a free slot and is wanted. */
  Optional<PeerInfo> best(Predicate<PeerId> wanted) {
    List<Draw> draws = new ArrayList<>();
    for (PeerInfo info : known.values()) {
      if (info.freeSlots() > 0 && wanted.test(info.id())) {
        draws.add(new Draw(info, -Math.log(1 - random.nextDouble()) / info.freeSlots()));
      }
    }
    return draws.stream()
        .min(Comparator.comparing(Draw::info, BEST_FIRST).thenComparingDouble(Draw::ticket))
        .map(Draw::info);
  }

  /** Whether a link to one is worth clearly more than one to another, of which less is known. */
  static boolean isBetter(PeerInfo candidate, @Nullable PeerInfo held) {
    return held == null ? candidate.sharedContexts() > 0 : BEST_FIRST.compare(candidate, held) < 0;
  }

  int size() {
    return known.size();
  }
}
