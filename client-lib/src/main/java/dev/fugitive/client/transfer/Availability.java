package dev.fugitive.client.transfer;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.PeerState.Status;
import java.util.Map;

/** Says which chunks are held by those who have a slot for us and answer; changes nothing. */
final class Availability {
  private final Map<PeerId, PeerState> peers;
  private final int chunkCount;

  /** Looks at the holders as they are at each question. */
  Availability(Map<PeerId, PeerState> peers, int chunkCount) {
    this.peers = peers;
    this.chunkCount = chunkCount;
  }

  /** Whether a peer with a slot for us holds a chunk. */
  boolean holds(PeerId peer, int chunk) {
    PeerState state = peers.get(peer);
    return state != null && state.is(Status.ACTIVE) && state.holdings().contains(chunk);
  }

  /** How many with a slot for us hold a chunk. */
  int countHolding(int chunk) {
    int count = 0;
    for (PeerState state : peers.values()) {
      count += state.is(Status.ACTIVE) && state.holdings().contains(chunk) ? 1 : 0;
    }
    return count;
  }

  /** Whether somebody with a slot for us holds a chunk, and is believed. */
  boolean isHeld(int chunk) {
    for (PeerState state : peers.values()) {
      if (isBelieved(state) && state.holdings().contains(chunk)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The first chunk at or after an index that {@link #isHeld} denies. Runs are passed in one step:
   * a seed holds a very long content in one.
   */
  int nextNotHeld(int from) {
    int chunk = from;
    int before;
    do {
      before = chunk;
      for (PeerState state : peers.values()) {
        chunk = isBelieved(state) ? state.holdings().nextClear(chunk) : chunk;
      }
    } while (chunk > before);
    return chunk;
  }

  /** The first chunk at or after an index that {@link #isHeld} affirms, or the chunk count. */
  int nextHeld(int from) {
    int next = chunkCount;
    for (PeerState state : peers.values()) {
      int held = isBelieved(state) ? state.holdings().nextSet(from) : -1;
      next = held < 0 ? next : Math.min(next, held);
    }
    return next;
  }

  private static boolean isBelieved(PeerState state) {
    return state.is(Status.ACTIVE) && state.isBelieved();
  }
}
