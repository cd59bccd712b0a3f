package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The peers that fetch the same content at the same time, and what of it we read from the origin
 * for all of us.
 *
 * <p><b>Who is in it.</b> Whoever asked us for this content while we fetch it, and answers when we
 * ask: an {@code Open} says both "I want it" and "I will have it". So two that start within one
 * round trip know each other after one.
 *
 * <p><b>Who reads what.</b> Every block has one owner ({@link Ownership}), who reads it from the
 * origin in the reader's order and gives each chunk on as soon as it is here. What somebody holds
 * already nobody reads.
 *
 * <p><b>Succession.</b> A member whose first owed chunk stays owed for a while (six times what the
 * origin takes for one of our chunks, 2 to 10 s) is passed over for some time, and for twice that
 * when it happens again: its blocks go to the next in the order of hashes. Two that disagree for a
 * moment about who is in the crowd read a block twice at most, since nobody reads more than one
 * block at a time.
 *
 * <p><b>Where one source has everything</b>, a seed or the one reader of an origin without ranges,
 * its uplink is as scarce as the origin's: it is asked for each block by the block's owner alone,
 * and by the others only when it can be seen that this does not work.
 */
final class Crowd {
  /** What so many hold is not scarce. */
  private static final int MANY_HOLDERS = 3;

  private final ContentId id;
  private final PeerId self;
  private final ChunkPicker picker;
  private final Holders holders;
  private final Set<PeerId> fellows = new HashSet<>();
  private final Map<PeerId, Debt> debts = new HashMap<>();
  private @Nullable Ownership ownership;
  private boolean rangesIgnored;
  private long chunkNanos;
  private long checkAtNanos = Long.MIN_VALUE;

  /** What a member owes first, since when, and until when it is passed over for that. */
  private static final class Debt {
    private int chunk = -1;
    private long sinceNanos;
    private long passedOverUntilNanos = Long.MIN_VALUE;
    private int times;
  }

  Crowd(ContentId id, PeerId self, ChunkPicker picker, Holders holders) {
    this.id = id;
    this.self = self;
    this.picker = picker;
    this.holders = holders;
  }

  /** Looks who is in the crowd now, and from time to time who does what it owes. */
  void gather(long nowNanos) {
    boolean changed = noteFellows();
    if (fellows.isEmpty()) {
      ownership = null;
      return;
    }
    if (nowNanos >= checkAtNanos) {
      checkAtNanos = nowNanos + SwarmLimits.CROWD_CHECK_NANOS;
      fellows.forEach(fellow -> check(fellow, nowNanos));
      changed = true;
    }
    if (changed) {
      divide(nowNanos);
    }
  }

  /** Returns whether somebody has come or gone. */
  private boolean noteFellows() {
    int known = 0;
    boolean joined = false;
    for (PeerState peer : holders.all()) {
      if (peer.isFellow()) {
        known++;
        joined |= !fellows.contains(peer.peer());
      }
    }
    if (!joined && known == fellows.size()) {
      return false;
    }
    fellows.clear();
    for (PeerState peer : holders.all()) {
      if (peer.isFellow()) {
        fellows.add(peer.peer());
      }
    }
    debts.keySet().retainAll(fellows);
    return true;
  }

  private void divide(long nowNanos) {
    Set<PeerId> members = new HashSet<>();
    members.add(self);
    fellows.stream().filter(fellow -> !isPassedOver(fellow, nowNanos)).forEach(members::add);
    Ownership known = ownership;
    if (known == null
        || known.members().size() != members.size()
        || !members.containsAll(known.members())) {
      ownership = Ownership.of(id, members);
    }
  }

  private boolean isPassedOver(PeerId member, long nowNanos) {
    Debt debt = debts.get(member);
    return debt != null && nowNanos < debt.passedOverUntilNanos;
  }

  private void check(PeerId member, long nowNanos) {
    Debt debt = debts.computeIfAbsent(member, absent -> new Debt());
    int owed = owes(member);
    if (owed != debt.chunk) {
      debt.chunk = owed;
      debt.sinceNanos = nowNanos;
    } else if (owed < picker.chunkCount() && nowNanos >= debt.sinceNanos + patienceNanos()) {
      debt.passedOverUntilNanos =
          nowNanos + (SwarmLimits.PASSED_OVER_NANOS << Math.min(4, debt.times++));
    }
  }

  private long patienceNanos() {
    return Math.clamp(
        6 * chunkNanos, SwarmLimits.MIN_SUCCESSION_NANOS, SwarmLimits.MAX_SUCCESSION_NANOS);
  }

  /** The first chunk that a member owes; the chunk count where it owes none. */
  private int owes(PeerId member) {
    Ownership known = ownership;
    if (known == null || !known.members().contains(member)) {
      return picker.chunkCount();
    }
    if (rangesIgnored) {
      return isElected(known, member) ? firstNotHeld(0, picker.chunkCount()) : picker.chunkCount();
    }
    return known
        .blocksOf(member)
        .map(this::firstOwed)
        .filter(chunk -> chunk < picker.chunkCount())
        .findFirst()
        .orElse(picker.chunkCount());
  }

  /** The first chunk of a block that is free and that nobody holds; the chunk count without one. */
  private int firstOwed(int block) {
    int chunk = firstNotHeld(ownership().firstChunk(block), blockEnd(block));
    return chunk < blockEnd(block) ? chunk : picker.chunkCount();
  }

  private int firstNotHeld(int from, int end) {
    int chunk = picker.nextFree(from);
    while (chunk < end && holders.isHeld(chunk)) {
      chunk = picker.nextFree(chunk + 1);
    }
    return chunk;
  }

  private int blockEnd(int block) {
    return Math.min(picker.chunkCount(), ownership().firstChunk(block + 1));
  }

  /** Whether anybody else fetches the content. */
  boolean isGathered() {
    return ownership != null;
  }

  /** The origin took so long for one chunk. */
  void noteChunk(long nanos) {
    chunkNanos = nanos;
  }

  /**
   * The origin sends the whole, whatever range it is asked for. Returns whether one member is to
   * read all of it from now on.
   */
  boolean rangesIgnored() {
    boolean first = !rangesIgnored;
    rangesIgnored = true;
    return first && isGathered();
  }

  /** Whether a chunk is ours to read. */
  boolean owns(int chunk) {
    Ownership known = ownership();
    return rangesIgnored
        ? isElected(known, self)
        : known.ownerOf(known.blockOf(chunk)).equals(self);
  }

  /** Whether a range that ends there is longer than what one member reads at a time. */
  boolean isLongerThanABlock(int from, int until) {
    Ownership known = ownership();
    return !rangesIgnored && known.blockOf(from) != known.blockOf(until - 1);
  }

  /**
   * Whether a peer may be asked for a chunk by us: who holds everything is spared what the chunk's
   * owner will bring.
   */
  boolean mayAsk(PeerState peer, int chunk) {
    Ownership known = ownership;
    if (known == null || !(rangesIgnored || peer.holdings().isComplete(picker.chunkCount()))) {
      return true;
    }
    PeerId owner = known.ownerOf(known.blockOf(chunk));
    if (owner.equals(self) || owner.equals(peer.peer())) {
      return true;
    }
    return holders.holds(owner, chunk) || holders.countHolding(chunk) >= MANY_HOLDERS;
  }

  private static boolean isElected(Ownership known, PeerId member) {
    return known.ownerOf(0).equals(member);
  }

  /**
   * The first chunk that is ours to read now, from where the reader is; the chunk count if none.
   */
  int next(int start) {
    Ownership known = ownership();
    if (rangesIgnored) {
      return isElected(known, self)
          ? firstNotHeld(start, picker.chunkCount())
          : picker.chunkCount();
    }
    int first = known.blockOf(start);
    for (int step = 0; step < known.blockCount(); step++) {
      int block = (first + step) % known.blockCount();
      if (known.ownerOf(block).equals(self)) {
        int chunk = firstOwed(block);
        if (chunk < picker.chunkCount()) {
          return chunk;
        }
      }
    }
    return picker.chunkCount();
  }

  /** Where a range that starts here ends: with its block, or before what somebody has. */
  int end(int from) {
    int end = rangesIgnored ? picker.chunkCount() : blockEnd(ownership().blockOf(from));
    int chunk = from + 1;
    while (chunk < end && picker.nextFree(chunk) == chunk && !holders.isHeld(chunk)) {
      chunk++;
    }
    return chunk;
  }

  private Ownership ownership() {
    if (ownership == null) {
      throw new IllegalStateException("crowd: 1 member (expected: 2 or more)");
    }
    return ownership;
  }
}
