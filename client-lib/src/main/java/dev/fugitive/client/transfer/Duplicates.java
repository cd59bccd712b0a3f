package dev.fugitive.client.transfer;

import dev.fugitive.client.transfer.PeerState.Asked;
import dev.fugitive.client.transfer.PeerState.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks a second peer for what a first one was asked for, where that is worth the bytes: a frame
 * that blocks the reader and is later than the first peer's own high percentile (a hedge), and the
 * last missing frames where the second is clearly sooner (the endgame).
 */
final class Duplicates {
  private static final double CLEARLY_SOONER = 1.5;

  private final ChunkPicker picker;
  private final Requests requests;
  private final WasteBudget budget;
  private long hedgeAtNanos = Long.MAX_VALUE;

  Duplicates(ChunkPicker picker, Requests requests, WasteBudget budget) {
    this.picker = picker;
    this.requests = requests;
    this.budget = budget;
  }

  /**
   * Hedges the frame that the reader waits for.
   *
   * @param blocked the chunk, or the chunk count where the reader does not wait
   */
  void hedge(int blocked, List<PeerState> active, long nowNanos) {
    hedgeAtNanos = Long.MAX_VALUE;
    if (blocked >= picker.chunkCount() || picker.claims(blocked) != 1) {
      return;
    }
    PeerState first = askedOf(blocked, active);
    Asked asked = first == null ? null : first.asked(blocked);
    if (first == null || asked == null) {
      return;
    }
    if (nowNanos < first.lateAtNanos(asked)) {
      hedgeAtNanos = first.lateAtNanos(asked);
      return;
    }
    for (PeerState second : active) {
      if (second != first
          && second.isBelieved()
          && second.mayTakeMore()
          && second.holdings().contains(blocked)) {
        duplicate(second, blocked, nowNanos);
        return;
      }
    }
  }

  /** Asks idle peers for the last missing frames of slower ones, from an index on. */
  void endgame(int from, List<PeerState> active, long nowNanos) {
    int lastChunks =
        Math.min(
            SwarmLimits.ENDGAME_FRAMES * SwarmLimits.FRAME_CHUNKS,
            Math.max(
                SwarmLimits.FRAME_CHUNKS, (int) (picker.chunkCount() * SwarmLimits.ENDGAME_SHARE)));
    if (picker.freeCount() > 0 || picker.missingCount() > lastChunks || active.size() < 2) {
      return;
    }
    int chunk = picker.nextMissing(from);
    for (int frames = 0; frames < SwarmLimits.ENDGAME_FRAMES; frames++) {
      if (chunk >= picker.chunkCount()) {
        return;
      }
      if (picker.claims(chunk) == 1 && !overtake(chunk, active, nowNanos)) {
        return;
      }
      chunk = picker.nextMissing(ChunkPicker.frameEnd(chunk));
    }
  }

  /** Returns false where no budget is left. */
  private boolean overtake(int chunk, List<PeerState> active, long nowNanos) {
    PeerState first = askedOf(chunk, active);
    Asked asked = first == null ? null : first.asked(chunk);
    if (first == null || asked == null) {
      return true;
    }
    long remaining = first.remainingNanos(asked, nowNanos);
    for (PeerState second : active) {
      long needed = second.nextFrameNanos();
      boolean sooner =
          needed * CLEARLY_SOONER < remaining
              && needed + SwarmLimits.ENDGAME_GAIN_NANOS < remaining;
      if (!sooner) {
        return true;
      }
      if (second != first
          && second.isBelieved()
          && second.mayTakeMore()
          && second.holdings().contains(chunk)
          && second.window().hasRoomFor(PeerState.FRAME_BYTES)) {
        return duplicate(second, chunk, nowNanos);
      }
    }
    return true;
  }

  /** Who is not proven is asked for one chunk. Returns false where no budget is left. */
  private boolean duplicate(PeerState second, int chunk, long nowNanos) {
    int end = chunk;
    int limit =
        Math.min(picker.chunkCount(), second.isProven() ? ChunkPicker.frameEnd(chunk) : chunk + 1);
    while (end < limit
        && !picker.isHere(end)
        && second.holdings().contains(end)
        && !second.isAsked(end)) {
      end++;
    }
    ChunkRun run = new ChunkRun(chunk, end - chunk);
    if (run.count() == 0 || !budget.spend(requests.bytesOf(run))) {
      return false;
    }
    requests.ask(second, run, nowNanos);
    return true;
  }

  private static @Nullable PeerState askedOf(int chunk, List<PeerState> active) {
    for (PeerState state : active) {
      if (state.is(Status.ACTIVE) && state.isAsked(chunk)) {
        return state;
      }
    }
    return null;
  }

  /** When the frame that the reader waits for becomes late. */
  long wakeNanos() {
    return hedgeAtNanos;
  }
}
