package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.transfer.PeerState.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Asks the holders of one content for chunks, and takes back what need not come any more.
 *
 * <p>The picker's claims are exactly the chunks outstanding at peers that are {@link
 * Status#ACTIVE}: a peer that falls silent loses its claims at once, so others are asked, while
 * what it was asked for may still come. So whoever makes a peer active, or ends that, says it here.
 */
final class Requests {
  private final ContentId id;
  private final ChunkPicker picker;
  private final List<SwarmAction> actions;

  /** Actions are added to a list that the core empties. */
  Requests(ContentId id, ChunkPicker picker, List<SwarmAction> actions) {
    this.id = id;
    this.picker = picker;
    this.actions = actions;
  }

  /** Asks a peer for chunks that it holds and that are not outstanding at it. */
  void ask(PeerState state, ChunkRun run, long nowNanos) {
    state.ask(id, run, nowNanos);
    for (int chunk = run.first(); chunk < run.end(); chunk++) {
      picker.claim(chunk);
    }
    actions.add(new SwarmAction.Request(state.peer(), run.first(), run.count()));
  }

  int bytesOf(ChunkRun run) {
    return PeerState.bytesOf(id, run);
  }

  /** Whether a peer that is counted on was asked for a chunk. */
  boolean isAsked(int chunk) {
    return picker.claims(chunk) > 0;
  }

  /** Chunks of a peer are here; it is credited. */
  void arrived(PeerState state, ChunkRun run, long nowNanos) {
    for (int chunk = run.first(); chunk < run.end(); chunk++) {
      if (state.is(Status.ACTIVE) && state.isAsked(chunk)) {
        picker.release(chunk);
      }
    }
    state.arrived(id, run, nowNanos);
  }

  // ---- what becomes of a peer

  /** What an active peer holds has changed, or is known now. */
  void holds(PeerState state) {
    picker.setHolder(state.peer(), state.holdings());
  }

  /** An active peer is about to fall silent: others may be asked for the same. */
  void suspend(PeerState state) {
    state.outstanding().forEach(picker::release);
    picker.removeHolder(state.peer());
  }

  /** A silent peer is active again: it keeps what nobody else was asked for meanwhile. */
  void resume(PeerState state) {
    holds(state);
    List<Integer> taken = new ArrayList<>();
    for (int chunk : state.outstanding()) {
      if (isAsked(chunk)) {
        taken.add(chunk);
      }
      picker.claim(chunk);
    }
    cancel(state, taken);
  }

  /** A peer is about to lose its slot: it is told nothing, and nothing is expected of it. */
  void drop(PeerState state) {
    List<Integer> chunks = new ArrayList<>();
    state.outstanding().forEach(chunks::add);
    chunks.forEach(chunk -> release(state, chunk));
    picker.removeHolder(state.peer());
  }

  // ---- what need not come

  /** Takes back those chunks that the peer was asked for. */
  void cancel(PeerState state, ChunkRun run) {
    int chunk = run.first();
    while (chunk < run.end()) {
      int first = chunk;
      while (chunk < run.end() && release(state, chunk)) {
        chunk++;
      }
      if (chunk > first) {
        actions.add(new SwarmAction.Cancel(state.peer(), first, chunk - first));
      } else {
        chunk++;
      }
    }
  }

  /** The same for chunks one by one. */
  void cancel(PeerState state, List<Integer> chunks) {
    chunks.forEach(chunk -> cancel(state, new ChunkRun(chunk, 1)));
  }

  /** A peer that was asked before it said what it holds may lack some of that. */
  void cancelWhatIsNotThere(PeerState state) {
    int first = state.holdings().nextClear(0);
    while (first < picker.chunkCount()) {
      int next = state.holdings().nextSet(first);
      int until = next < 0 ? picker.chunkCount() : next;
      cancel(state, new ChunkRun(first, until - first));
      first = state.holdings().nextClear(until);
    }
  }

  private boolean release(PeerState state, int chunk) {
    if (!state.release(id, chunk)) {
      return false;
    }
    if (state.is(Status.ACTIVE)) {
      picker.release(chunk);
    }
    return true;
  }

  /** Fails where the picker's claims are not what active peers were asked for. */
  void checkInvariant(Collection<PeerState> peers) {
    long outstanding = 0;
    for (PeerState state : peers) {
      state.checkInvariant(id);
      for (int chunk : state.outstanding()) {
        if (picker.isHere(chunk)) {
          throw new IllegalStateException("chunk " + chunk + " is asked for and is here");
        }
      }
      outstanding += state.is(Status.ACTIVE) ? state.outstandingCount() : 0;
    }
    if (outstanding != picker.totalClaims()) {
      throw new IllegalStateException(
          "claims: %d (expected: %d)".formatted(picker.totalClaims(), outstanding));
    }
  }
}
