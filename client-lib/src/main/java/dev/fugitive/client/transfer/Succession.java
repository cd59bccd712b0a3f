package dev.fugitive.client.transfer;

import dev.fugitive.client.mesh.UsualTime;
import dev.fugitive.client.peer.PeerId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Who in a crowd is passed over since it does not bring what it owes, and whose word about others
 * is not taken since those never did anything.
 *
 * <p>A member whose first owed chunk stays owed for a while is passed over for some time, and for
 * twice that when it happens again. How long a while is, is learned from those who bring what they
 * owe ({@link UsualTime}), or is six times what the origin takes for one of our chunks, if that is
 * longer; 2 to 10 s, and a moment more for each link between. One that has brought something before
 * is also believed when it says to have read on, or to have read all; but not for longer than the
 * longest of these times.
 *
 * <p>Who is nearer to such a member finds it first and does not tell of it any more, so those
 * behind forget it before its time is up there. If it was one that has never brought anything, then
 * it is the fellow who told of it whose word is not taken for a while: who invents members is found
 * out by its own fellows, before anybody else. The same happens to one that tells of ever new
 * members that bring nothing.
 */
final class Succession {
  private final Map<Long, Debt> debts = new HashMap<>();
  private final Map<PeerId, Doubt> doubts = new HashMap<>();
  private final UsualTime bringing = new UsualTime();

  /** What a member owes first, since when, and until when it is passed over for that. */
  private static final class Debt {
    private int chunk = -1;
    private int leftChunks = -1;
    private long sinceNanos;
    private long movedNanos;
    private long seenNanos;
    private boolean hasBrought;
    private boolean missed;
    private @Nullable PeerId by;
    private long passedOverUntilNanos = Long.MIN_VALUE;
    private int times;
  }

  /** Until when the word of a fellow is not taken. */
  private static final class Doubt {
    private long untilNanos = Long.MIN_VALUE;
    private int times;
    private int unproven;
    private long namedNanos = Long.MIN_VALUE;
  }

  /** Only time lets a debt or a doubt be forgotten: whoever goes and comes again has both still. */
  void forgetOld(long nowNanos) {
    debts
        .values()
        .removeIf(debt ->
            nowNanos
                >= Math.max(debt.seenNanos, debt.passedOverUntilNanos) + SwarmLimits.MEMORY_NANOS);
    doubts
        .values()
        .removeIf(doubt ->
            nowNanos >= Math.max(doubt.namedNanos, doubt.untilNanos) + SwarmLimits.MEMORY_NANOS);
  }

  boolean isPassedOver(long member, long nowNanos) {
    Debt debt = debts.get(member);
    return debt != null && nowNanos < debt.passedOverUntilNanos;
  }

  boolean isTrusted(PeerId fellow, long nowNanos) {
    Doubt doubt = doubts.get(fellow);
    return doubt == null || nowNanos >= doubt.untilNanos;
  }

  /**
   * How a member stands, and what it owes.
   *
   * @param chunk the first chunk that it owes; the chunk count where it owes none
   */
  record Account(long member, Roll.Standing standing, int chunk, boolean owes) {}

  /**
   * Looks at one member.
   *
   * @param isThere whether a chunk is here or at a fellow
   * @param chunkNanos what the origin takes for one of our chunks
   */
  void check(Account account, IntPredicate isThere, long chunkNanos, long nowNanos) {
    long member = account.member();
    Roll.Standing standing = account.standing();
    Debt debt = debts.get(member);
    if (debt == null) {
      debt = new Debt();
      debts.put(member, debt);
      named(debt, standing, nowNanos);
    }
    debt.seenNanos = nowNanos;
    if (account.chunk() != debt.chunk) {
      if (debt.chunk >= 0 && isThere.test(debt.chunk)) {
        brought(debt, nowNanos);
      }
      debt.chunk = account.chunk();
      debt.sinceNanos = nowNanos;
      debt.movedNanos = nowNanos;
    }
    if (standing.leftChunks() != debt.leftChunks) {
      debt.leftChunks = standing.leftChunks();
      debt.movedNanos = debt.hasBrought ? nowNanos : debt.movedNanos;
    }
    if (account.owes() && isOverdue(debt, standing, chunkNanos, nowNanos)) {
      passOver(debt, standing, nowNanos);
    }
  }

  private long patienceNanos(long chunkNanos) {
    return Math.clamp(
        Math.max(6 * chunkNanos, bringing.patienceNanos()),
        SwarmLimits.MIN_SUCCESSION_NANOS,
        SwarmLimits.MAX_SUCCESSION_NANOS);
  }

  private boolean isOverdue(Debt debt, Roll.Standing standing, long chunkNanos, long nowNanos) {
    long wayNanos = (standing.hops() - 1L) * SwarmLimits.SUCCESSION_HOP_NANOS;
    boolean hasReadAll = debt.hasBrought && standing.hops() > 1 && standing.leftChunks() == 0;
    long patienceNanos = hasReadAll ? SwarmLimits.MAX_SUCCESSION_NANOS : patienceNanos(chunkNanos);
    return nowNanos >= debt.movedNanos + patienceNanos + wayNanos
        || nowNanos >= debt.sinceNanos + SwarmLimits.MAX_SUCCESSION_NANOS + wayNanos;
  }

  /**
   * A member does not answer: what others bring now is not its own. When that happens again it is
   * passed over as if it had not brought what it owes, however soon it is back.
   */
  void missed(long member, long nowNanos) {
    Debt debt = debts.get(member);
    if (debt == null) {
      return;
    }
    debt.chunk = -1;
    if (debt.missed) {
      debt.passedOverUntilNanos = nowNanos + passedOverNanos(debt.times++);
    }
    debt.missed = true;
  }

  private void passOver(Debt debt, Roll.Standing standing, long nowNanos) {
    debt.passedOverUntilNanos = nowNanos + passedOverNanos(debt.times++);
    debt.chunk = -1;
    PeerId by = standing.by();
    if (standing.hops() > 1 && by != null && !debt.hasBrought) {
      doubt(doubts.computeIfAbsent(by, absent -> new Doubt()), nowNanos);
    }
  }

  private static long passedOverNanos(int times) {
    return SwarmLimits.PASSED_OVER_NANOS << Math.min(4, times);
  }

  /** A fellow tells of somebody new. */
  private void named(Debt debt, Roll.Standing standing, long nowNanos) {
    PeerId by = standing.by();
    if (by == null || standing.hops() < 2) {
      return;
    }
    debt.by = by;
    Doubt doubt = doubts.computeIfAbsent(by, absent -> new Doubt());
    doubt.namedNanos = nowNanos;
    if (++doubt.unproven > SwarmLimits.MAX_UNPROVEN_MEMBERS) {
      doubt(doubt, nowNanos);
    }
  }

  private void brought(Debt debt, long nowNanos) {
    bringing.add(nowNanos - debt.sinceNanos);
    Doubt doubt = debt.by == null ? null : doubts.get(debt.by);
    if (!debt.hasBrought && doubt != null) {
      doubt.unproven = Math.max(0, doubt.unproven - 1);
    }
    debt.hasBrought = true;
  }

  private static void doubt(Doubt doubt, long nowNanos) {
    doubt.unproven = 0;
    if (nowNanos >= doubt.untilNanos) {
      doubt.untilNanos = nowNanos + passedOverNanos(doubt.times++);
    }
  }
}
