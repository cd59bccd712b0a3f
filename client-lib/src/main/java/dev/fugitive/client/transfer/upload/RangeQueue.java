package dev.fugitive.client.transfer.upload;

import dev.fugitive.client.wire.WireLimits;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Chunks that a peer asked for, in the order in which it asked. Confined to the core's owner. */
final class RangeQueue {
  private Deque<Range> ranges = new ArrayDeque<>();
  private long chunks;

  private record Range(Transfer transfer, int first, int until) {}

  /** Queues chunks; those that follow on the last request become one with it. */
  void add(Transfer transfer, int first, int until) {
    Range last = ranges.peekLast();
    if (last != null && last.transfer == transfer && last.until == first) {
      ranges.removeLast();
      ranges.add(new Range(transfer, last.first, until));
    } else {
      ranges.add(new Range(transfer, first, until));
    }
    count(transfer, until - first);
  }

  /** Takes chunks out again. */
  void cancel(Transfer transfer, int first, int until) {
    if (transfer.queuedChunks == 0) {
      return;
    }
    Deque<Range> kept = new ArrayDeque<>(ranges.size() + 1);
    for (Range range : ranges) {
      if (range.transfer != transfer || range.until <= first || range.first >= until) {
        kept.add(range);
        continue;
      }
      count(transfer, range.first - range.until);
      keep(kept, transfer, range.first, first);
      keep(kept, transfer, until, range.until);
    }
    ranges = kept;
  }

  private void keep(Deque<Range> kept, Transfer transfer, int first, int until) {
    if (first < until) {
      kept.add(new Range(transfer, first, until));
      count(transfer, until - first);
    }
  }

  /**
   * The chunks to send next. A frame ends where a whole multiple of its size ends: so every peer
   * gets the same frames, whose proofs are shortest and whose compressed form is made once.
   */
  Optional<SessionQueue.Frame> peek() {
    Range head = ranges.peek();
    if (head == null) {
      return Optional.empty();
    }
    int boundary = (head.first / WireLimits.MAX_FRAME_CHUNKS + 1) * WireLimits.MAX_FRAME_CHUNKS;
    return Optional.of(
        new SessionQueue.Frame(
            head.transfer, head.first, Math.min(boundary, head.until) - head.first));
  }

  /** Takes what {@link #peek} gave out. */
  void take(SessionQueue.Frame frame) {
    Range head = ranges.remove();
    int next = frame.firstChunk() + frame.chunkCount();
    if (next < head.until) {
      ranges.addFirst(new Range(head.transfer, next, head.until));
    }
    count(frame.transfer(), -frame.chunkCount());
  }

  long chunks() {
    return chunks;
  }

  int requests() {
    return ranges.size();
  }

  private void count(Transfer transfer, int more) {
    transfer.queuedChunks += more;
    chunks += more;
  }

  /** Whether the sum is that of the ranges, and all are of transfers in a list. */
  boolean addsUp(Iterable<Transfer> open) {
    long sum = 0;
    for (Range range : ranges) {
      sum += range.until - range.first;
      boolean known = false;
      for (Transfer transfer : open) {
        known |= transfer == range.transfer;
      }
      if (!known) {
        return false;
      }
    }
    return sum == chunks;
  }
}
