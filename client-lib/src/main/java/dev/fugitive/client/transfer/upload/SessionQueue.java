package dev.fugitive.client.transfer.upload;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.WireLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one session is owed: its transfers, the answers it has not got yet, and the chunks it asked
 * for, in the order in which it asked. Confined to the core's owner.
 */
final class SessionQueue {
  /** Plain bytes that a peer may have asked for and not got. */
  static final long MAX_QUEUED_BYTES = 8L << 20;

  /** Requests that a peer may have open. */
  static final int MAX_QUEUED_REQUESTS = 1024;

  /** Answers that a peer may leave unread. */
  static final int MAX_ANSWERS = 1024;

  private record QueuedRange(Transfer transfer, int first, int until) {}

  /** Chunks to send next. */
  record Frame(Transfer transfer, int firstChunk, int chunkCount) {
    long plainBytes() {
      return transfer.content.rangeLength(firstChunk, chunkCount);
    }
  }

  /** A place in the bucket's line. */
  record Reservation(long bytes, long goNanos) {}

  private final Map<Integer, Transfer> transfers = new HashMap<>();
  private final Deque<PeerMessage> answers = new ArrayDeque<>();
  private Deque<QueuedRange> ranges = new ArrayDeque<>();
  private long queuedChunks;

  @Nullable Reservation reservation;

  Optional<Transfer> transfer(int id) {
    return Optional.ofNullable(transfers.get(id));
  }

  Collection<Transfer> transfers() {
    return transfers.values();
  }

  void add(Transfer transfer) {
    transfers.put(transfer.id, transfer);
  }

  void remove(Transfer transfer) {
    cancel(transfer, 0, WireLimits.MAX_CHUNKS);
    transfers.remove(transfer.id);
  }

  void answer(PeerMessage message) {
    answers.add(message);
  }

  @Nullable PeerMessage pollAnswer() {
    return answers.poll();
  }

  /** Queues chunks; those that follow on the last request become one with it. */
  void enqueue(Transfer transfer, int first, int until) {
    QueuedRange last = ranges.peekLast();
    if (last != null && last.transfer == transfer && last.until == first) {
      ranges.removeLast();
      ranges.add(new QueuedRange(transfer, last.first, until));
    } else {
      ranges.add(new QueuedRange(transfer, first, until));
    }
    count(transfer, until - first);
  }

  /** Takes chunks out of the queue again. */
  void cancel(Transfer transfer, int first, int until) {
    if (transfer.queuedChunks == 0) {
      return;
    }
    Deque<QueuedRange> kept = new ArrayDeque<>(ranges.size() + 1);
    for (QueuedRange range : ranges) {
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

  private void keep(Deque<QueuedRange> kept, Transfer transfer, int first, int until) {
    if (first < until) {
      kept.add(new QueuedRange(transfer, first, until));
      count(transfer, until - first);
    }
  }

  /**
   * The chunks to send next. A frame ends where a whole multiple of its size ends: so every peer
   * gets the same frames, whose proofs are shortest and whose compressed form is made once.
   */
  Optional<Frame> peekFrame() {
    QueuedRange head = ranges.peek();
    if (head == null) {
      return Optional.empty();
    }
    int boundary = (head.first / WireLimits.MAX_FRAME_CHUNKS + 1) * WireLimits.MAX_FRAME_CHUNKS;
    return Optional.of(
        new Frame(head.transfer, head.first, Math.min(boundary, head.until) - head.first));
  }

  /** Takes what {@link #peekFrame} gave out of the queue. */
  void take(Frame frame) {
    QueuedRange head = ranges.remove();
    int next = frame.firstChunk + frame.chunkCount;
    if (next < head.until) {
      ranges.addFirst(new QueuedRange(head.transfer, next, head.until));
    }
    count(frame.transfer, -frame.chunkCount);
  }

  /** How many plain bytes are queued; a short last chunk counts as a whole one. */
  long queuedBytes() {
    return queuedChunks * ContentId.CHUNK_BYTES;
  }

  /** What a peer does that no honest one would. */
  Optional<String> violation() {
    if (queuedBytes() > MAX_QUEUED_BYTES) {
      return Optional.of(tooMany("bytes requested and not sent", queuedBytes(), MAX_QUEUED_BYTES));
    }
    if (ranges.size() > MAX_QUEUED_REQUESTS) {
      return Optional.of(tooMany("requests open", ranges.size(), MAX_QUEUED_REQUESTS));
    }
    if (answers.size() > MAX_ANSWERS) {
      return Optional.of(tooMany("answers not read", answers.size(), MAX_ANSWERS));
    }
    return Optional.empty();
  }

  private static String tooMany(String name, long value, long limit) {
    return name + ": " + value + " (expected: at most " + limit + ")";
  }

  private void count(Transfer transfer, int chunks) {
    transfer.queuedChunks += chunks;
    queuedChunks += chunks;
  }

  /** The queue's sums are those of its ranges. */
  void checkInvariant() {
    long sum = 0;
    List<Transfer> queued = new ArrayList<>();
    for (QueuedRange range : ranges) {
      sum += range.until - range.first;
      queued.add(range.transfer);
    }
    if (sum != queuedChunks || !transfers.values().containsAll(queued)) {
      throw new AssertionError(
          "queued chunks: " + queuedChunks + " (expected: " + sum + " of open transfers)");
    }
  }
}
