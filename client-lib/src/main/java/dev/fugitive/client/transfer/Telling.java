package dev.fugitive.client.transfer;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage.Member;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When a member of a crowd tells its fellows who else is in it: who comes, goes, or is nearer,
 * soon; what members have still to read, now and then, and only those who do not hear it from
 * nearer. Where all know each other nobody needs to be told of anybody's progress.
 */
final class Telling {
  private final Roll roll;
  private final Map<PeerId, Told> last = new HashMap<>();
  private int ways;
  private boolean due;
  private long toldNanos = Long.MIN_VALUE / 2;
  private long wakeNanos = Long.MAX_VALUE;

  private record Told(int ways, List<Member> members) {}

  Telling(Roll roll) {
    this.roll = roll;
  }

  /** It was looked who is there, and something has changed, or nothing but what is left to read. */
  void note(boolean changed) {
    ways += changed ? 1 : 0;
    due = true;
  }

  /** There is nobody to tell any more. */
  void forgetAll() {
    last.clear();
    due = false;
    wakeNanos = Long.MAX_VALUE;
  }

  /** Tells whoever is to be told. */
  void tell(long nowNanos, List<SwarmAction> actions) {
    if (!due && nowNanos < wakeNanos) {
      return;
    }
    due = false;
    wakeNanos = Long.MAX_VALUE;
    last.keySet().retainAll(roll.fellows());
    long urgentNanos =
        Math.clamp(
            roll.fellows().size() * SwarmLimits.TELL_NANOS,
            SwarmLimits.MIN_TELL_NANOS,
            SwarmLimits.MAX_TELL_NANOS);
    List<Member> members = roll.toTell();
    boolean tells = false;
    for (PeerId fellow : roll.fellows()) {
      Told before = last.get(fellow);
      long at;
      if (before == null || before.ways() != ways) {
        at = toldNanos + urgentNanos;
      } else if (hasNews(fellow, before.members(), members)) {
        at = toldNanos + urgentNanos * SwarmLimits.PROGRESS_TELL_FACTOR;
      } else {
        continue;
      }
      if (nowNanos < at) {
        wakeNanos = Math.min(wakeNanos, at);
        continue;
      }
      tells = true;
      last.put(fellow, new Told(ways, members));
      actions.add(new SwarmAction.Tell(fellow, members));
    }
    toldNanos = tells ? nowNanos : toldNanos;
  }

  private boolean hasNews(PeerId fellow, List<Member> before, List<Member> members) {
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      if (member.leftChunks() != before.get(i).leftChunks()
          && roll.leadsThrough(fellow, member.rank(), member.hops())) {
        return true;
      }
    }
    return false;
  }

  /** When somebody is to be told, if nothing changes. */
  long wakeNanos() {
    return wakeNanos;
  }
}
