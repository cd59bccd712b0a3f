package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage.Member;
import dev.fugitive.client.wire.WireLimits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Who fetches a content and reads it from the origin, near and far: ourselves, our fellows, and
 * whom those told us of.
 *
 * <p>Each tells its fellows the members that it knows, itself among them, with the number of links
 * to them; whoever is told adds one link, takes the shortest way to each, and tells on. So all know
 * of all after as many rounds as the crowd is wide. That is a distance vector (Bellman and Ford, as
 * in RFC 2453): who is gone is no longer told of by its fellows, and where two still tell each
 * other the distance grows with each round until it is above {@link WireLimits#MAX_MEMBER_HOPS}.
 *
 * <p>Of any number of members no more than {@link WireLimits#MAX_MEMBERS} are kept and told of:
 * those of the least rank. Ranks are hashes of the content and the member, so everybody keeps the
 * same ones, as in a bottom-k sketch (Cohen and Kaplan, 2007): the crowd has elected them without a
 * vote, and what is told does not grow with the crowd.
 */
final class Roll {
  private final ContentId id;
  private final long self;

  /** The ranks of our fellows. */
  private final Map<PeerId, Long> fellows = new LinkedHashMap<>();

  /** The ranks of those that would be fellows if they were there. */
  private final Map<PeerId, Long> absent = new LinkedHashMap<>();

  private final Map<PeerId, List<Member>> told = new LinkedHashMap<>();
  private TreeMap<Long, Standing> known = new TreeMap<>();

  /**
   * Where a member stands.
   *
   * @param hops links between it and us
   * @param leftChunks how many chunks it has still to read, as it said
   * @param by the fellow that is, or knows, the way to it; nobody for ourselves
   */
  record Standing(int hops, int leftChunks, @Nullable PeerId by) {}

  Roll(ContentId id, PeerId self) {
    this.id = id;
    this.self = rank(self);
  }

  long self() {
    return self;
  }

  /** What a peer is called in this crowd. */
  long rank(PeerId peer) {
    Buffer named = new Buffer().write(id.root()).write(peer.publicKey());
    return named.sha256().asByteBuffer().getLong();
  }

  /**
   * These are our fellows now, and these would be if they were there: of them nobody's word is
   * taken, since others may not have missed them yet.
   */
  void meet(Collection<PeerId> now, Collection<PeerId> missed) {
    Set<PeerId> gone = new HashSet<>(fellows.keySet());
    gone.addAll(absent.keySet());
    gone.removeAll(now);
    // who is missed does not know that, and will not tell again what it has told
    gone.removeAll(missed);
    told.keySet().removeAll(gone);
    fellows.keySet().retainAll(now);
    absent.keySet().retainAll(missed);
    now.forEach(fellow -> fellows.computeIfAbsent(fellow, this::rank));
    missed.forEach(fellow -> absent.computeIfAbsent(fellow, this::rank));
  }

  /** The ranks of those that are missed. */
  Set<Long> absent() {
    return Set.copyOf(absent.values());
  }

  boolean isFellow(PeerId peer) {
    return fellows.containsKey(peer);
  }

  Collection<PeerId> fellows() {
    return fellows.keySet();
  }

  Collection<Long> fellowRanks() {
    return fellows.values();
  }

  /** Whether the fellow of a rank, if it is one, satisfies a condition. */
  boolean anyFellow(long rank, Predicate<PeerId> satisfies) {
    for (Map.Entry<PeerId, Long> fellow : fellows.entrySet()) {
      if (fellow.getValue() == rank && satisfies.test(fellow.getKey())) {
        return true;
      }
    }
    return false;
  }

  /** One that is a fellow, or is about to be, tells whom it knows; what it told before is over. */
  void told(PeerId by, List<Member> members) {
    told.put(by, members);
  }

  boolean hasTold(PeerId fellow) {
    return told.containsKey(fellow);
  }

  /**
   * Looks who is there.
   *
   * @param leftChunks what we have still to read; negative where we read nothing from the origin
   * @param passedOver who is not counted on
   * @param trusted whose word about others is taken
   * @return whether anybody came, went, or is nearer or farther
   */
  boolean gather(int leftChunks, LongPredicate passedOver, Predicate<PeerId> trusted) {
    TreeMap<Long, Standing> found = new TreeMap<>();
    if (leftChunks >= 0) {
      found.put(self, new Standing(0, leftChunks, null));
    }
    LongPredicate out = passedOver.or(absent::containsValue);
    fellows.forEach((fellow, rank) -> {
      Member itself = itself(fellow, rank);
      if (itself != null && !out.test(rank)) {
        found.put(rank, new Standing(1, itself.leftChunks(), fellow));
      }
    });
    told.forEach((fellow, members) -> {
      if (fellows.containsKey(fellow) && trusted.test(fellow)) {
        members.forEach(member -> hear(found, fellow, member, out));
      }
    });
    while (found.size() > WireLimits.MAX_MEMBERS) {
      found.pollLastEntry();
    }
    boolean changed = !sameWays(found);
    known = found;
    return changed;
  }

  /** What a fellow says of itself; who tells nothing at all is a member, too. */
  private @Nullable Member itself(PeerId fellow, long rank) {
    List<Member> members = told.get(fellow);
    if (members == null) {
      return new Member(rank, 0, 0);
    }
    for (Member member : members) {
      if (member.rank() == rank && member.hops() == 0) {
        return member;
      }
    }
    return null;
  }

  private void hear(Map<Long, Standing> found, PeerId by, Member member, LongPredicate passedOver) {
    int hops = member.hops() + 1;
    boolean far = member.hops() > 0 && hops <= WireLimits.MAX_MEMBER_HOPS;
    if (!far || member.rank() == self || passedOver.test(member.rank())) {
      return;
    }
    Standing before = found.get(member.rank());
    if (before == null || hops < before.hops()) {
      found.put(member.rank(), new Standing(hops, member.leftChunks(), by));
    }
  }

  private boolean sameWays(Map<Long, Standing> found) {
    for (Map.Entry<Long, Standing> entry : found.entrySet()) {
      Standing before = known.get(entry.getKey());
      if (before == null || before.hops() != entry.getValue().hops()) {
        return false;
      }
    }
    return found.size() == known.size();
  }

  /** Those who read the content from the origin for all, by their ranks. */
  Map<Long, Standing> known() {
    return known;
  }

  /** Whether anybody is there who is no fellow of ours. */
  boolean anyFar() {
    return known.values().stream().anyMatch(standing -> standing.hops() > 1);
  }

  /** What we tell. */
  List<Member> toTell() {
    List<Member> members = new ArrayList<>(known.size());
    known.forEach(
        (rank, standing) -> members.add(new Member(rank, standing.hops(), standing.leftChunks())));
    return members;
  }

  /**
   * Whether a fellow, or those behind it, may hear of a member's progress from us first. Where all
   * know each other nobody needs to be told.
   */
  boolean leadsThrough(PeerId fellow, long rank, int hops) {
    List<Member> members = told.getOrDefault(fellow, List.of());
    boolean far = anyFar();
    int ways = Integer.MAX_VALUE;
    for (Member member : members) {
      far |= member.hops() > 1;
      ways = member.rank() == rank ? member.hops() : ways;
    }
    return far && ways > hops;
  }
}
