package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage.Member;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Those who fetch the same content at the same time, and what of it we read from the origin for all
 * of us.
 *
 * <p><b>Who is in it.</b> A fellow is whoever asked us for this content while we fetch it, and
 * answers when we ask: an {@code Open} says both "I want it" and "I will have it". So two that
 * start within one round trip know each other after one. Fellows tell each other whom they know
 * ({@link Roll}), so that those are members, too, who have no link to us.
 *
 * <p><b>Who reads what.</b> Every block has one owner ({@link Ownership}) among the members, of
 * many among those of the least rank; it reads it from the origin in the reader's order and gives
 * each chunk on as soon as it is here. What a fellow holds already nobody reads. Before the first
 * block is read it is waited until nobody new was heard of for a moment.
 *
 * <p><b>Succession.</b> A member that does not bring what it owes is passed over ({@link
 * Succession}): its blocks go to the next in the order of hashes. Two that disagree for a moment
 * about who is in the crowd read a block twice at most, since nobody reads more than one block at a
 * time.
 *
 * <p><b>Where one source has everything</b>, a seed or the one reader of an origin without ranges,
 * its uplink is as scarce as the origin's: we and our fellows divide the blocks among ourselves,
 * and it is asked for each by one, and by the others only when it can be seen that this does not
 * work.
 */
final class Crowd {
  /** What so many hold is not scarce. */
  private static final int MANY_HOLDERS = 3;

  private final ContentId id;
  private final ChunkPicker picker;
  private final Holders holders;
  private final Availability availability;
  private final List<SwarmAction> actions;
  private final Roll roll;
  private final Telling telling;
  private final Succession succession = new Succession();
  private final Settling settling;
  private @Nullable Ownership ownership;
  private @Nullable Ownership near;

  /** What others were reading when the blocks were divided anew, and until when it is left them. */
  private final BitSet underWay = new BitSet();

  private long underWayUntilNanos;
  private boolean readsOrigin;
  private boolean rangesIgnored;
  private boolean heard;
  private long chunkNanos;
  private long checkAtNanos = Long.MIN_VALUE;

  /** Actions are added to a list that the core empties. */
  Crowd(
      ContentId id,
      PeerId self,
      ChunkPicker picker,
      Holders holders,
      List<SwarmAction> actions,
      long nowNanos) {
    this.id = id;
    this.picker = picker;
    this.holders = holders;
    this.availability = holders.availability();
    this.actions = actions;
    this.roll = new Roll(id, self);
    this.telling = new Telling(roll);
    this.settling = new Settling(nowNanos);
  }

  /** A fellow tells who else fetches the content. */
  void told(PeerId by, List<Member> members) {
    if (holders.find(by) != null) {
      heard = true;
      roll.told(by, members);
    }
  }

  /**
   * Looks who is in the crowd now.
   *
   * @param canRead whether we can read from the origin
   */
  void gather(boolean canRead, long nowNanos) {
    boolean met = noteFellows(nowNanos);
    if (roll.fellows().isEmpty()) {
      ownership = null;
      near = null;
      telling.forgetAll();
      return;
    }
    settling.gathered(nowNanos);
    boolean checks = nowNanos >= checkAtNanos;
    if (checks) {
      checkAtNanos = nowNanos + SwarmLimits.CROWD_CHECK_NANOS;
      checkAll(nowNanos);
    }
    if (met || heard || checks || canRead != readsOrigin) {
      heard = false;
      readsOrigin = canRead;
      look(nowNanos);
    }
    telling.tell(nowNanos, actions);
  }

  /** Returns whether a fellow has come or gone. */
  private boolean noteFellows(long nowNanos) {
    int count = 0;
    int absentCount = 0;
    boolean joined = false;
    for (PeerState peer : holders.all()) {
      if (peer.isFellow()) {
        count++;
        joined |= !roll.isFellow(peer.peer());
      } else if (peer.isAbsentFellow()) {
        absentCount++;
      }
    }
    if (!joined && count == roll.fellows().size() && absentCount == roll.absent().size()) {
      return false;
    }
    Set<Long> absentBefore = roll.absent();
    roll.meet(named(PeerState::isFellow), named(PeerState::isAbsentFellow));
    for (long member : roll.absent()) {
      if (!absentBefore.contains(member)) {
        succession.missed(member, nowNanos);
      }
    }
    return true;
  }

  private List<PeerId> named(Predicate<PeerState> which) {
    return holders.all().stream().filter(which).map(PeerState::peer).toList();
  }

  private void look(long nowNanos) {
    int left = readsOrigin ? leftChunks() : -1;
    boolean changed =
        roll.gather(
            left,
            member -> succession.isPassedOver(member, nowNanos),
            fellow -> succession.isTrusted(fellow, nowNanos));
    telling.note(changed);
    Set<Long> elected = roll.known().keySet();
    Ownership known = ownership;
    if (elected.isEmpty()) {
      ownership = null;
    } else if (known == null || !known.isAmong(elected)) {
      ownership = Ownership.of(id, elected);
      noteUnderWay(known, elected, nowNanos);
      settling.changed(nowNanos);
    }
    near = null;
  }

  /**
   * Who stays goes on with the block that it reads, to whomever that belongs now: so long it takes.
   */
  private void noteUnderWay(@Nullable Ownership before, Set<Long> staying, long nowNanos) {
    underWay.clear();
    if (before == null || rangesIgnored) {
      return;
    }
    for (long member : staying) {
      int owed = member == roll.self() ? picker.chunkCount() : owes(before, member);
      if (owed < picker.chunkCount()) {
        underWay.set(owed, before.firstChunk(before.blockOf(owed) + 1));
      }
    }
    underWayUntilNanos = nowNanos + before.blockChunks() * chunkNanos;
  }

  private void checkAll(long nowNanos) {
    Ownership known = ownership;
    if (known == null) {
      return;
    }
    roll.known()
        .forEach((member, standing) -> {
          if (standing.hops() > 0) {
            int owed = owes(known, member);
            boolean owes = owed < picker.chunkCount();
            Succession.Account account = new Succession.Account(member, standing, owed, owes);
            succession.check(account, this::isThere, chunkNanos, nowNanos);
          }
        });
    succession.forgetOld(nowNanos);
  }

  private boolean isThere(int chunk) {
    return chunk < picker.chunkCount() && (picker.isHere(chunk) || availability.isHeld(chunk));
  }

  /** The first chunk that a member owes; the chunk count where it owes none. */
  private int owes(Ownership known, long member) {
    if (!known.isMember(member)) {
      return picker.chunkCount();
    }
    if (rangesIgnored) {
      return isElected(known, member) ? firstNotHeld(0, picker.chunkCount()) : picker.chunkCount();
    }
    return known
        .blocksOf(member)
        .map(block -> firstOwed(known, block))
        .filter(chunk -> chunk < picker.chunkCount())
        .findFirst()
        .orElse(picker.chunkCount());
  }

  /** How many chunks are ours to read. */
  private int leftChunks() {
    Ownership known = ownership;
    if (known == null || rangesIgnored) {
      return picker.missingCount();
    }
    return known
        .blocksOf(roll.self())
        .mapToInt(block -> countNotHeld(known.firstChunk(block), blockEnd(block)))
        .sum();
  }

  private int countNotHeld(int from, int end) {
    int count = 0;
    int chunk = firstNotHeld(from, end);
    while (chunk < end) {
      int held = Math.min(end, availability.nextHeld(chunk));
      count += picker.countFree(chunk, held);
      chunk = firstNotHeld(held, end);
    }
    return count;
  }

  /**
   * Whether those who are there may not all be known yet, so that nobody should begin to read: what
   * is told takes a few round trips to go around.
   */
  boolean isSettling(long nowNanos) {
    return nowNanos < settledNanos();
  }

  /** Whether others may be waited for before anything is read. */
  boolean isYoung(long nowNanos) {
    return settling.isYoung(nowNanos);
  }

  /** When it is known who is there, if nothing more is heard. */
  private long settledNanos() {
    return isGathered()
        ? settling.endNanos(roll.fellows().stream().allMatch(roll::hasTold))
        : Long.MIN_VALUE;
  }

  /** When time alone changes something. */
  long wakeNanos(long nowNanos) {
    if (roll.fellows().isEmpty()) {
      return Long.MAX_VALUE;
    }
    long settled = settledNanos();
    return Math.min(
        settled > nowNanos ? settled : Long.MAX_VALUE, Math.min(checkAtNanos, telling.wakeNanos()));
  }

  /** The first chunk of a block that is free and that nobody holds; the chunk count without one. */
  private int firstOwed(Ownership known, int block) {
    int end = Math.min(picker.chunkCount(), known.firstChunk(block + 1));
    int chunk = firstNotHeld(known.firstChunk(block), end);
    return chunk < end ? chunk : picker.chunkCount();
  }

  private int firstNotHeld(int from, int end) {
    int chunk = picker.nextFree(from);
    int notHeld = availability.nextNotHeld(chunk);
    while (chunk < end && notHeld > chunk) {
      chunk = picker.nextFree(notHeld);
      notHeld = availability.nextNotHeld(chunk);
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

  /** The origin took so long for one chunk, or longer, where the first is still awaited. */
  void noteChunk(long nanos, boolean awaited) {
    chunkNanos = awaited ? Math.max(chunkNanos, nanos) : nanos;
  }

  /**
   * The origin sends the whole, whatever range it is asked for. Returns whether one member is to
   * read all of it from now on.
   */
  boolean noteRangesIgnored() {
    boolean first = !rangesIgnored;
    rangesIgnored = true;
    return first && isGathered();
  }

  /** Whether a chunk is ours to read. */
  boolean owns(int chunk) {
    Ownership known = ownership();
    return rangesIgnored
        ? isElected(known, roll.self())
        : known.ownerOf(known.blockOf(chunk)) == roll.self();
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
    Ownership among = near();
    long owner = among.ownerOf(among.blockOf(chunk));
    if (owner == roll.self() || owner == roll.rank(peer.peer())) {
      return true;
    }
    return roll.anyFellow(owner, fellow -> availability.holds(fellow, chunk))
        || availability.countHolding(chunk) >= MANY_HOLDERS;
  }

  /** How we and our fellows share the asking of one that has everything. */
  private Ownership near() {
    Ownership known = near;
    if (known == null) {
      Set<Long> ranks = new HashSet<>(roll.fellowRanks());
      ranks.add(roll.self());
      known = Ownership.of(id, ranks);
      near = known;
    }
    return known;
  }

  private static boolean isElected(Ownership known, long member) {
    return known.ownerOf(0) == member;
  }

  /**
   * The first chunk that is ours to read now, from where the reader is; the chunk count if none.
   */
  int next(int start, long nowNanos) {
    Ownership known = ownership();
    if (rangesIgnored) {
      return isElected(known, roll.self())
          ? firstNotHeld(start, picker.chunkCount())
          : picker.chunkCount();
    }
    int first = known.blockOf(start);
    for (int step = 0; step < known.blockCount(); step++) {
      int block = (first + step) % known.blockCount();
      if (known.ownerOf(block) == roll.self()) {
        int chunk = firstOwed(known, block);
        if (chunk < picker.chunkCount()
            && !(nowNanos < underWayUntilNanos && underWay.get(chunk))) {
          return chunk;
        }
      }
    }
    return picker.chunkCount();
  }

  /** Where a range that starts here ends: with its block, or before what somebody has. */
  int end(int from) {
    int end = rangesIgnored ? picker.chunkCount() : blockEnd(ownership().blockOf(from));
    int free = Math.min(end, picker.nextTaken(from + 1));
    return Math.min(free, availability.nextHeld(from + 1));
  }

  /** Where a range ends that is read in haste, whoever says to have what is in it. */
  int endInHaste(int from, int blocks) {
    Ownership known = ownership();
    int last = Math.min(known.blockOf(from) + blocks, known.blockCount()) - 1;
    return Math.min(picker.nextHere(from), rangesIgnored ? picker.chunkCount() : blockEnd(last));
  }

  private Ownership ownership() {
    if (ownership == null) {
      throw new IllegalStateException("crowd: 1 member (expected: 2 or more)");
    }
    return ownership;
  }
}
