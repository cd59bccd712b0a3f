package dev.fugitive.proxy.rendezvous;

import dev.fugitive.client.peer.ContextId;
import dev.fugitive.client.peer.PeerInfo;
import dev.fugitive.client.peer.PeerInfo.Nearness;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Who is in which context, and who has the most in common with whom. The work of one question is
 * bounded: of a large context, a stretch that begins at a random place is looked at. Not safe for
 * use by several threads.
 */
final class ContextIndex {
  /** The most members of one context that are looked at for one question. */
  static final int MAX_LOOKED_AT = 64;

  /** The most peers in one answer. */
  static final int MAX_PEERS = 32;

  private static final int IPV4_NETWORK_BYTES = 3;
  private static final int IPV6_NETWORK_BYTES = 6;

  private final RandomGenerator random;
  private final Map<ContextId, Context> contexts = new HashMap<>();

  ContextIndex(RandomGenerator random) {
    this.random = random;
  }

  private record Match(PeerInfo info, int lot) {}

  void add(Visitor visitor) {
    for (ContextId id : visitor.presence.contexts()) {
      contexts.computeIfAbsent(id, unused -> new Context()).add(visitor);
    }
  }

  void remove(Visitor visitor) {
    for (ContextId id : visitor.presence.contexts()) {
      Context context = contexts.get(id);
      if (context != null && context.removeAndIsEmpty(visitor)) {
        contexts.remove(id);
      }
    }
  }

  /** Peers that share a context with one, best first. */
  List<PeerInfo> matchesFor(Visitor asking) {
    Map<Visitor, Integer> shared = new LinkedHashMap<>();
    for (ContextId id : asking.presence.contexts()) {
      Context context = contexts.get(id);
      if (context != null) {
        context.sample(random).forEach(visitor -> shared.merge(visitor, 1, Integer::sum));
      }
    }
    shared.remove(asking);
    return shared.entrySet().stream()
        .map(entry -> match(asking, entry.getKey(), entry.getValue()))
        .flatMap(List::stream)
        .sorted(BEST_FIRST)
        .limit(MAX_PEERS)
        .map(Match::info)
        .toList();
  }

  private static final Comparator<Match> BEST_FIRST =
      Comparator.comparing((Match match) -> match.info.freeSlots() == 0)
          .thenComparing(match -> -match.info.sharedContexts())
          .thenComparing(match -> match.info.nearness())
          .thenComparing(Match::lot);

  private List<Match> match(Visitor asking, Visitor other, int sharedContexts) {
    if (other.peer == null) {
      return List.of();
    }
    PeerInfo info =
        new PeerInfo(
            other.peer,
            sharedContexts,
            nearness(asking.address, other.address),
            other.presence.freeSlots());
    return List.of(new Match(info, random.nextInt()));
  }

  static Nearness nearness(InetAddress one, InetAddress other) {
    if (one.equals(other)) {
      return Nearness.SAME_ADDRESS;
    }
    byte[] a = one.getAddress();
    byte[] b = other.getAddress();
    int prefix = one instanceof Inet4Address ? IPV4_NETWORK_BYTES : IPV6_NETWORK_BYTES;
    boolean sameNetwork = a.length == b.length && Arrays.equals(a, 0, prefix, b, 0, prefix);
    return sameNetwork ? Nearness.SAME_NETWORK : Nearness.FAR;
  }

  int size() {
    return contexts.size();
  }

  /** The members of one context, in an order that a removal may change. */
  private static final class Context {
    private final List<Visitor> members = new ArrayList<>();
    private final Map<Visitor, Integer> positions = new HashMap<>();

    void add(Visitor visitor) {
      if (positions.putIfAbsent(visitor, members.size()) == null) {
        members.add(visitor);
      }
    }

    boolean removeAndIsEmpty(Visitor visitor) {
      Integer position = positions.remove(visitor);
      if (position != null) {
        Visitor last = members.removeLast();
        if (last != visitor) {
          members.set(position, last);
          positions.put(last, position);
        }
      }
      return members.isEmpty();
    }

    List<Visitor> sample(RandomGenerator random) {
      if (members.size() <= MAX_LOOKED_AT) {
        return members;
      }
      int start = random.nextInt(members.size());
      return IntStream.range(start, start + MAX_LOOKED_AT)
          .mapToObj(i -> members.get(i % members.size()))
          .toList();
    }
  }
}
