package dev.fugitive.client.transfer.upload;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.WireLimits;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one session is owed: its transfers, the answers it has not got yet, and the chunks it asked
 * for, in the order in which it asked. Confined to the core's owner.
 */
final class SessionQueue {
  /** Plain bytes of one content that a peer may have asked for and not got. */
  static final long MAX_QUEUED_BYTES = 8L << 20;

  /** Requests that a peer may have open. */
  static final int MAX_QUEUED_REQUESTS = 1024;

  /** Answers that a peer may leave unread. */
  static final int MAX_ANSWERS = 1024;

  /** Chunks to send next. */
  record Frame(Transfer transfer, int firstChunk, int chunkCount) {
    long plainBytes() {
      return transfer.content.rangeLength(firstChunk, chunkCount);
    }
  }

  /** A place in the pacer's line. */
  record Reservation(long bytes, long goNanos, boolean relayed) {}

  private final Map<Integer, Transfer> transfers = new HashMap<>();
  private final Deque<PeerMessage> answers = new ArrayDeque<>();
  private final RangeQueue own = new RangeQueue();
  private final RangeQueue relayed = new RangeQueue();

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

  /**
   * Queues an answer. Of what can be reached in a transfer only the last one is said; one answer
   * beyond the limit is kept, so that the violation shows, and no more.
   */
  void answer(PeerMessage message) {
    if (message instanceof PeerMessage.CanReach reach) {
      answers.removeIf(known ->
          known instanceof PeerMessage.CanReach old && old.transferId() == reach.transferId());
    }
    if (answers.size() <= MAX_ANSWERS) {
      answers.add(message);
    }
  }

  @Nullable PeerMessage pollAnswer() {
    return answers.poll();
  }

  /** Queues chunks; those that follow on the last request become one with it. */
  void enqueue(Transfer transfer, int first, int until) {
    ranges(transfer).add(transfer, first, until);
  }

  /** Takes chunks out of the queue again. */
  void cancel(Transfer transfer, int first, int until) {
    transfer.awaited = transfer.awaited.minus(ChunkSet.range(first, until));
    ranges(transfer).cancel(transfer, first, until);
  }

  private RangeQueue ranges(Transfer transfer) {
    return transfer.relayed ? relayed : own;
  }

  /** The chunks to send next: our own contents before what we only pass on. */
  Optional<Frame> peekFrame() {
    return own.peek().or(relayed::peek);
  }

  /** Takes what {@link #peekFrame} gave out of the queue. */
  void take(Frame frame) {
    ranges(frame.transfer).take(frame);
  }

  /** How many plain bytes are queued; a short last chunk counts as a whole one. */
  long queuedBytes() {
    return (own.chunks() + relayed.chunks()) * ContentId.CHUNK_BYTES;
  }

  /** What a peer does that no honest one would. */
  Optional<String> violation() {
    long openBytes = mostOpenBytes();
    if (openBytes > MAX_QUEUED_BYTES) {
      return Optional.of(tooMany("bytes requested and not sent", openBytes, MAX_QUEUED_BYTES));
    }
    int requests = own.requests() + relayed.requests();
    if (requests > MAX_QUEUED_REQUESTS) {
      return Optional.of(tooMany("requests open", requests, MAX_QUEUED_REQUESTS));
    }
    if (answers.size() > MAX_ANSWERS) {
      return Optional.of(tooMany("answers not read", answers.size(), MAX_ANSWERS));
    }
    return Optional.empty();
  }

  private static String tooMany(String name, long value, long limit) {
    return name + ": " + value + " (expected: at most " + limit + ")";
  }

  /** What was asked for in one transfer: what is queued, and what is on its way here. */
  private long mostOpenBytes() {
    long most = 0;
    for (Transfer transfer : transfers.values()) {
      most = Math.max(most, transfer.queuedChunks + (long) transfer.awaited.cardinality());
    }
    return most * ContentId.CHUNK_BYTES;
  }

  /** The queues' sums are those of their ranges. */
  void checkInvariant() {
    if (!own.addsUp(transfers.values()) || !relayed.addsUp(transfers.values())) {
      throw new AssertionError(
          "queued chunks: %d and %d (expected: those of open transfers)"
              .formatted(own.chunks(), relayed.chunks()));
    }
  }
}
