package dev.fugitive.client.transfer;

import dev.fugitive.client.transfer.PeerState.Status;
import java.util.Collection;

/** Says which chunks may be expected of the holders, and whether soon; changes nothing. */
final class Prospects {
  private final Collection<PeerState> peers;
  private final int chunkCount;
  private final Requests requests;

  /** Looks at the holders as they are at each question. */
  Prospects(Collection<PeerState> peers, int chunkCount, Requests requests) {
    this.peers = peers;
    this.chunkCount = chunkCount;
    this.requests = requests;
  }

  boolean anyCountedOn(long nowNanos) {
    for (PeerState state : peers) {
      if (state.isCountedOn(nowNanos)) {
        return true;
      }
    }
    return false;
  }

  /** Whether somebody who is counted on holds a chunk, or has not said yet what it holds. */
  boolean mayGive(int chunk, long nowNanos) {
    for (PeerState state : peers) {
      boolean may = state.is(Status.OPENING) || state.holdings().contains(chunk);
      if (may && state.isCountedOn(nowNanos)) {
        return true;
      }
    }
    return false;
  }

  /** Whether somebody who is counted on holds everything, or has not said yet what it holds. */
  boolean anyMayGiveAll(long nowNanos) {
    for (PeerState state : peers) {
      if (mayGiveAll(state) && state.isCountedOn(nowNanos)) {
        return true;
      }
    }
    return false;
  }

  /** The same of those who claim to hold some of it, and do not fetch it themselves. */
  boolean anyClaimantMayGiveAll(long nowNanos) {
    return peers.stream()
        .anyMatch(state ->
            state.claims() && !state.reads() && mayGiveAll(state) && state.isCountedOn(nowNanos));
  }

  private boolean mayGiveAll(PeerState state) {
    return state.is(Status.OPENING) || state.holdings().isComplete(chunkCount);
  }

  /** Whether an answer is expected of anybody who was asked for a slot. */
  boolean anyOpening(long nowNanos) {
    return peers.stream()
        .anyMatch(state -> state.is(Status.OPENING) && state.isCountedOn(nowNanos));
  }

  /** Whether a peer that was asked for a chunk is expected to bring it soon. */
  boolean bringsInTime(int chunk, long nowNanos) {
    if (!requests.isAsked(chunk)) {
      return false;
    }
    for (PeerState state : peers) {
      PeerState.Asked asked = state.is(Status.ACTIVE) ? state.asked(chunk) : null;
      if (asked != null
          && nowNanos < state.lateAtNanos(asked)
          && asked.dueNanos() - nowNanos <= SwarmLimits.IN_TIME_NANOS) {
        return true;
      }
    }
    return false;
  }
}
