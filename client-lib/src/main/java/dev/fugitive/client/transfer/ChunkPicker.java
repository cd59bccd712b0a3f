package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.client.peer.PeerId;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Knows which chunks are here, which are claimed by somebody who was asked for them, and who holds
 * what, and picks the next ones for a holder.
 *
 * <p>A chunk is <i>here</i>, or it is missing; a missing chunk is <i>claimed</i> as often as it is
 * asked of somebody who is counted on, and <i>free</i> where it is not claimed. Only free chunks
 * are picked: first those that the reader needs next, in order; beyond them the rarest, and of
 * equally rare ones the first. What is picked is a run within one aligned frame.
 */
final class ChunkPicker {
  /** Chunks that are passed over in one search. */
  private static final int MAX_UNWANTED = 4096;

  private final int chunkCount;
  private final int urgentChunks;
  private final BitSet here = new BitSet();
  private final BitSet taken = new BitSet();

  /** Chunks that must not be picked; they count as taken. */
  private BitSet unwanted = new BitSet();

  private final Map<Integer, Integer> claims = new HashMap<>();
  private final Map<PeerId, ChunkSet> partialHolders = new HashMap<>();
  private int hereCount;
  private int freeCount;

  ChunkPicker(int chunkCount, int urgentChunks) {
    this.chunkCount = chunkCount;
    this.urgentChunks = urgentChunks;
    this.freeCount = chunkCount;
  }

  /** What somebody who is counted on holds; replaces what was said before. */
  void setHolder(PeerId peer, ChunkSet chunks) {
    if (chunks.isComplete(chunkCount)) {
      partialHolders.remove(peer);
    } else {
      partialHolders.put(peer, chunks);
    }
  }

  void removeHolder(PeerId peer) {
    partialHolders.remove(peer);
  }

  /** From now on only these are picked; before it is said, all are. */
  void wantOnly(ChunkSet wanted) {
    unwanted = new BitSet();
    unwanted.set(0, chunkCount);
    int first = wanted.nextSet(0);
    while (first >= 0) {
      int until = wanted.nextClear(first);
      unwanted.clear(first, until);
      first = wanted.nextSet(until);
    }
    taken.clear();
    taken.or(here);
    taken.or(unwanted);
    claims.keySet().forEach(taken::set);
    freeCount = chunkCount - taken.cardinality();
  }

  /** A chunk came. Returns whether it was missing. */
  boolean markHere(int chunk) {
    if (here.get(chunk)) {
      return false;
    }
    freeCount -= taken.get(chunk) ? 0 : 1;
    here.set(chunk);
    taken.set(chunk);
    hereCount++;
    return true;
  }

  /** A chunk is asked of somebody. */
  void claim(int chunk) {
    freeCount -= taken.get(chunk) ? 0 : 1;
    taken.set(chunk);
    claims.merge(chunk, 1, Integer::sum);
  }

  /** A chunk is no longer asked of somebody, or that one is no longer counted on. */
  void release(int chunk) {
    Integer left = claims.computeIfPresent(chunk, (key, count) -> count > 1 ? count - 1 : null);
    if (left == null && !here.get(chunk) && !unwanted.get(chunk)) {
      freeCount += taken.get(chunk) ? 1 : 0;
      taken.clear(chunk);
    }
  }

  /** Of how many a chunk is asked. */
  int claims(int chunk) {
    return claims.getOrDefault(chunk, 0);
  }

  /** How many claims there are on all chunks. */
  long totalClaims() {
    return claims.values().stream().mapToLong(Integer::longValue).sum();
  }

  boolean isHere(int chunk) {
    return here.get(chunk);
  }

  boolean isComplete() {
    return hereCount == chunkCount;
  }

  int chunkCount() {
    return chunkCount;
  }

  int missingCount() {
    return chunkCount - hereCount;
  }

  /** How many chunks are missing and not claimed. */
  int freeCount() {
    return freeCount;
  }

  /** The first missing chunk at or after an index, or the chunk count. */
  int nextMissing(int from) {
    return Math.min(chunkCount, here.nextClearBit(from));
  }

  /** The first chunk at or after an index that is here, or the chunk count. */
  int nextHere(int from) {
    int next = here.nextSetBit(from);
    return next < 0 ? chunkCount : next;
  }

  /** The first free chunk at or after an index, or the chunk count. */
  int nextFree(int from) {
    return Math.min(chunkCount, taken.nextClearBit(from));
  }

  /** The first chunk at or after an index that is not free, or the chunk count. */
  int nextTaken(int from) {
    int next = taken.nextSetBit(from);
    return next < 0 ? chunkCount : next;
  }

  /** How many chunks from an index until another, exclusive, are free. */
  int countFree(int from, int until) {
    int count = 0;
    for (int free = nextFree(from); free < until; free = nextFree(nextTaken(free))) {
      count += Math.min(until, nextTaken(free)) - free;
    }
    return count;
  }

  /**
   * Picks chunks for a holder, from an index to the end and then from the beginning.
   *
   * @param wanted which of the free chunks may be picked
   */
  @Nullable ChunkRun pick(ChunkSet holdings, int from, IntPredicate wanted) {
    int urgentEnd = (int) Math.min(chunkCount, (long) from + urgentChunks);
    int urgent = nextCandidate(holdings, from, urgentEnd, wanted);
    int chosen = urgent < urgentEnd ? urgent : rarest(holdings, urgentEnd, from, wanted);
    return chosen < 0 ? null : run(holdings, chosen, wanted);
  }

  private int rarest(ChunkSet holdings, int urgentEnd, int from, IntPredicate wanted) {
    int best = -1;
    int bestCount = Integer.MAX_VALUE;
    int looks = SwarmLimits.RARITY_CANDIDATES;
    int chunk = urgentEnd;
    boolean wrapped = false;
    while (looks-- > 0) {
      int end = wrapped ? from : chunkCount;
      chunk = nextCandidate(holdings, chunk, end, wanted);
      if (chunk >= end && wrapped) {
        break;
      }
      if (chunk >= end) {
        wrapped = true;
        chunk = 0;
        continue;
      }
      if (partialHolders.isEmpty()) {
        return chunk;
      }
      int count = partialHoldersOf(chunk);
      if (count < bestCount) {
        best = chunk;
        bestCount = count;
      }
      chunk++;
    }
    return best;
  }

  /** The first free, wanted chunk of a holder at or after an index; the end where there is none. */
  private int nextCandidate(ChunkSet holdings, int from, int end, IntPredicate wanted) {
    int chunk = from;
    for (int looks = 0; chunk < end && looks < MAX_UNWANTED; looks++) {
      int free = taken.nextClearBit(chunk);
      if (free >= end) {
        return end;
      }
      int held = holdings.nextSet(free);
      if (held < 0) {
        return end;
      }
      if (held == free && wanted.test(free)) {
        return free;
      }
      chunk = held == free ? free + 1 : held;
    }
    return end;
  }

  private ChunkRun run(ChunkSet holdings, int first, IntPredicate wanted) {
    int end = first + 1;
    int limit = Math.min(chunkCount, frameEnd(first));
    while (end < limit && !taken.get(end) && holdings.contains(end) && wanted.test(end)) {
      end++;
    }
    return new ChunkRun(first, end - first);
  }

  private int partialHoldersOf(int chunk) {
    int count = 0;
    for (ChunkSet chunks : partialHolders.values()) {
      count += chunks.contains(chunk) ? 1 : 0;
    }
    return count;
  }

  /** The index after the aligned frame of a chunk. */
  static int frameEnd(int chunk) {
    return (chunk / SwarmLimits.FRAME_CHUNKS + 1) * SwarmLimits.FRAME_CHUNKS;
  }

  /** Fails where the counts do not agree with the sets. */
  void checkInvariant() {
    check(hereCount == here.cardinality(), "here", hereCount, here.cardinality());
    int free = chunkCount - taken.cardinality();
    check(freeCount == free, "free", freeCount, free);
    BitSet expected = (BitSet) here.clone();
    expected.or(unwanted);
    claims.keySet().forEach(expected::set);
    check(expected.equals(taken), "taken", taken.cardinality(), expected.cardinality());
  }

  private static void check(boolean holds, String what, int found, int expected) {
    if (!holds) {
      throw new IllegalStateException(
          "%s chunks: %d (expected: %d)".formatted(what, found, expected));
    }
  }
}
