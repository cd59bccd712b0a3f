package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.PathModel.Flight;
import dev.fugitive.client.transfer.SwarmEvent.PeerJoined;
import dev.fugitive.client.transfer.SwarmEvent.Standing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One holder in the eyes of one swarm: what it holds, what is asked of it, and how it behaves.
 *
 * <pre>
 *   WAITING ──Open──► OPENING ──Have──► ACTIVE ◄──chunks come, it is back── SILENT
 *      ▲                  │               │  └──no chunk in time, absent─────► ▲
 *      └────────────────Refuse BUSY───────┘
 *   from everywhere ──left, lied, refused for good, given up──► GONE
 * </pre>
 */
final class PeerState {
  /** Bytes of a whole frame. */
  static final int FRAME_BYTES = SwarmLimits.FRAME_CHUNKS * ContentId.CHUNK_BYTES;

  /** Where a holder stands. */
  enum Status {
    WAITING,
    OPENING,
    ACTIVE,
    SILENT,
    GONE
  }

  /** A frame that was asked for; its chunks share it. */
  record Asked(Flight flight, long dueNanos) {}

  private final PeerId peer;
  private final RequestWindow window;
  private final LatencyHistory latencies = new LatencyHistory();
  private final Map<Integer, Asked> outstanding = new LinkedHashMap<>();
  private final PeerJoined joined;
  private final Promptness promptness;
  private boolean claims;
  private boolean assumed;
  private boolean proven;
  private boolean failed;
  private boolean reads;
  private Status status = Status.WAITING;
  private ChunkSet holdings = ChunkSet.EMPTY;
  private long sinceNanos;
  private long heardNanos;
  private long retryAtNanos;
  private int silences;
  private int busyAnswers;
  private String goneReason = "";
  private boolean outForGood;
  private boolean lacked;
  private boolean retiring;
  private boolean stranded;
  private final Presence presence;

  PeerState(PeerJoined joined, Promptness promptness, long nowNanos) {
    this.peer = joined.peer();
    this.joined = joined;
    this.promptness = promptness;
    this.claims = joined.standing() != Standing.FELLOW;
    this.proven = joined.proven();
    this.window = new RequestWindow(joined.path(), nowNanos);
    this.presence = new Presence(promptness, nowNanos);
    this.sinceNanos = nowNanos;
    this.retryAtNanos = nowNanos;
  }

  /** The same peer, as if it had just joined and said to hold some of the content. */
  PeerState again(long nowNanos) {
    PeerState anew =
        new PeerState(
            new PeerJoined(peer, joined.path(), Standing.HOLDER, proven), promptness, nowNanos);
    anew.failed = failed;
    return anew;
  }

  PeerId peer() {
    return peer;
  }

  Status status() {
    return status;
  }

  boolean is(Status expected) {
    return status == expected;
  }

  void become(Status next, long nowNanos) {
    status = next;
    sinceNanos = nowNanos;
  }

  void leave(String reason, long nowNanos) {
    become(Status.GONE, nowNanos);
    goneReason = reason;
  }

  /** It must not be asked for this content again. */
  void outForGood() {
    outForGood = true;
  }

  /** Whether it is out since it had nothing of the content. */
  void lacks(boolean nothing) {
    lacked = nothing;
  }

  boolean lacked() {
    return lacked;
  }

  boolean isOutForGood() {
    return outForGood;
  }

  /** It is asked for nothing more, and left when it has given what it was asked for. */
  void retire() {
    retiring = true;
  }

  boolean isRetiring() {
    return retiring;
  }

  /** When it came to its status. */
  long sinceNanos() {
    return sinceNanos;
  }

  String goneReason() {
    return goneReason;
  }

  ChunkSet holdings() {
    return holdings;
  }

  void addHoldings(ChunkSet chunks) {
    holdings = assumed ? chunks : holdings.union(chunks);
    assumed = false;
    claims = true;
  }

  /** It is asked for chunks before it has said that it holds them. */
  void assume(ChunkSet chunks) {
    holdings = chunks;
    assumed = true;
  }

  /** Whether it has not yet said what it holds. */
  boolean isAssumed() {
    return assumed;
  }

  Standing standing() {
    return joined.standing();
  }

  /** Whether it says to hold the content, or some of it. */
  boolean claims() {
    return claims;
  }

  /** It fetches the content too, or no longer does. */
  void reads(boolean doesRead) {
    reads = doesRead;
    window.shared(doesRead);
  }

  /** Whether it said to fetch the content too, and so does not have all of it. */
  boolean reads() {
    return reads;
  }

  /** Whether it fetches the content at the same time, and gives us what it has. */
  boolean isFellow() {
    return !presence.isAbsent() && isRegardedAsFellow();
  }

  /** Whether it would be a fellow if it were there. */
  boolean isAbsentFellow() {
    return presence.isAbsent() && isRegardedAsFellow();
  }

  private boolean isRegardedAsFellow() {
    return reads && (status == Status.ACTIVE || status == Status.SILENT);
  }

  /** Whether it is there at all. */
  Presence presence() {
    return presence;
  }

  /** Whether it has given us anything that was true. */
  boolean isProven() {
    return proven;
  }

  /** It has not given what it was asked for. */
  void failed() {
    failed = true;
  }

  /** Whether it is taken to have what it says; who fails to give the first chunk is not. */
  boolean isBelieved() {
    return proven || !failed;
  }

  /** Who has never given us anything is asked for one chunk first: more a liar shall not waste. */
  boolean mayTakeMore() {
    return proven || outstanding.isEmpty();
  }

  RequestWindow window() {
    return window;
  }

  /** The round trip that was known when it joined, for choosing whom to open first. */
  long startRoundTripNanos() {
    long roundTripNanos = joined.path().roundTripNanos();
    return roundTripNanos > 0 ? roundTripNanos : Long.MAX_VALUE;
  }

  // ---- what is asked of it

  void ask(ContentId id, ChunkRun run, long nowNanos) {
    int bytes = bytesOf(id, run);
    if (outstanding.isEmpty()) {
      heardNanos = nowNanos;
    }
    long dueNanos = nowNanos + window.deliveryNanos(window.outstandingBytes() + bytes);
    Asked asked = new Asked(window.asked(bytes, nowNanos), dueNanos);
    for (int chunk = run.first(); chunk < run.end(); chunk++) {
      outstanding.put(chunk, asked);
    }
  }

  /** Chunks came; those that were outstanding are credited. */
  void arrived(ContentId id, ChunkRun run, long nowNanos) {
    int chunk = run.first();
    while (chunk < run.end()) {
      Asked asked = outstanding.remove(chunk);
      int bytes = id.chunkLength(chunk++);
      if (asked == null) {
        continue;
      }
      while (chunk < run.end() && asked.equals(outstanding.get(chunk))) {
        outstanding.remove(chunk);
        bytes += id.chunkLength(chunk++);
      }
      noteLatency(nowNanos - asked.flight().askedNanos());
      window.delivered(asked.flight(), bytes, nowNanos);
    }
    busyAnswers = 0;
    proven = true;
  }

  /** What a sender sends was asked for before there was a download: it is here at once. */
  private void noteLatency(long nanos) {
    if (joined.standing() != Standing.SENDER) {
      latencies.add(nanos);
    }
  }

  /** A chunk is no longer expected of it. Returns whether it was. */
  boolean release(ContentId id, int chunk) {
    if (outstanding.remove(chunk) == null) {
      return false;
    }
    window.released(id.chunkLength(chunk));
    return true;
  }

  boolean isAsked(int chunk) {
    return outstanding.containsKey(chunk);
  }

  @Nullable Asked asked(int chunk) {
    return outstanding.get(chunk);
  }

  Iterable<Integer> outstanding() {
    return outstanding.keySet();
  }

  int outstandingCount() {
    return outstanding.size();
  }

  // ---- how it behaves

  void heard(long nowNanos) {
    heardNanos = nowNanos;
    silences = 0;
  }

  /** When it counts as silent; never while nothing is outstanding. */
  long silentAtNanos() {
    if (outstanding.isEmpty()) {
      return Long.MAX_VALUE;
    }
    if (assumed && latencies.isEmpty()) {
      return heardNanos + SwarmLimits.OPEN_PATIENCE_NANOS;
    }
    return heardNanos
        + (latencies.isEmpty()
            ? SwarmLimits.MAX_SILENCE_NANOS
            : patienceNanos(latencies.highNanos()));
  }

  /** Who is slow, as where many share its uplink, is not taken for silent. */
  private static long patienceNanos(long usualNanos) {
    long patience =
        Math.clamp(
            SwarmLimits.SILENCE_FACTOR * usualNanos,
            SwarmLimits.MIN_SILENCE_NANOS,
            SwarmLimits.MAX_SILENCE_NANOS);
    return Math.max(patience, Math.min(2 * usualNanos, SwarmLimits.SLOW_SILENCE_NANOS));
  }

  /** Its bytes come over so many associations: over more than one, they overtake each other. */
  void strands(int count) {
    stranded |= count > 1;
    window.strands(count);
  }

  /**
   * When what was asked for first is taken to be lost although the peer gives other chunks; never
   * where all come in the order in which they were asked for.
   */
  long overdueAtNanos() {
    if (!stranded || outstanding.isEmpty()) {
      return Long.MAX_VALUE;
    }
    return outstanding.values().iterator().next().flight().askedNanos() + overdueNanos();
  }

  /** Chunks that went down with an association, as it seems. */
  List<Integer> overdue(long nowNanos) {
    List<Integer> overdue = new ArrayList<>();
    if (nowNanos >= overdueAtNanos()) {
      long lastAskedNanos = nowNanos - overdueNanos();
      outstanding.forEach((chunk, asked) -> {
        if (asked.flight().askedNanos() <= lastAskedNanos) {
          overdue.add(chunk);
        }
      });
    }
    return overdue;
  }

  private long overdueNanos() {
    return Math.clamp(
        SwarmLimits.SILENCE_FACTOR * latencies.highNanos(),
        SwarmLimits.MIN_OVERDUE_NANOS,
        SwarmLimits.MAX_OVERDUE_NANOS);
  }

  /** It was silent once more. Returns whether it may be tried again. */
  boolean countSilence() {
    return ++silences < SwarmLimits.MAX_SILENCES;
  }

  /** When a silent one is tried again, or found silent again. */
  long silenceEndsNanos() {
    int doublings = Math.clamp(silences, 1, SwarmLimits.MAX_SILENCES) - 1;
    return sinceNanos + (SwarmLimits.SILENT_RETRY_NANOS << doublings);
  }

  /** It was busy once more. Returns whether it may be asked again, and when is noted. */
  boolean countBusy(long retryAfterNanos, long nowNanos) {
    retryAtNanos =
        nowNanos
            + Math.clamp(retryAfterNanos, SwarmLimits.MIN_BUSY_NANOS, SwarmLimits.MAX_BUSY_NANOS);
    return ++busyAnswers < SwarmLimits.MAX_BUSY_ANSWERS;
  }

  /** When a waiting one may be opened. */
  long retryAtNanos() {
    return retryAtNanos;
  }

  /** Whether chunks may be expected of it: it has a slot, or its answer is not overdue. */
  boolean isCountedOn(long nowNanos) {
    return switch (status) {
      case ACTIVE -> true;
      case OPENING -> nowNanos < openPatienceEndsNanos();
      case WAITING, SILENT, GONE -> false;
    };
  }

  /** Until when one that was opened is expected to answer. */
  long openPatienceEndsNanos() {
    return sinceNanos
        + (claims && !reads ? SwarmLimits.OPEN_PATIENCE_NANOS : promptness.patienceNanos());
  }

  /** How long one frame more would take. */
  long nextFrameNanos() {
    return window.deliveryNanos(window.outstandingBytes() + FRAME_BYTES);
  }

  /** How long an outstanding chunk still takes by the model; the later it is, the longer. */
  long remainingNanos(Asked asked, long nowNanos) {
    return Math.abs(asked.dueNanos() - nowNanos);
  }

  /** When an outstanding chunk is later than is usual for this peer. */
  long lateAtNanos(Asked asked) {
    long high = latencies.highNanos();
    long usual =
        latencies.isEmpty()
            ? SwarmLimits.FIRST_LATE_NANOS
            : Math.max(SwarmLimits.MIN_LATE_NANOS, high + high / 4);
    return asked.flight().askedNanos() + usual;
  }

  static int bytesOf(ContentId id, ChunkRun run) {
    int bytes = 0;
    for (int chunk = run.first(); chunk < run.end(); chunk++) {
      bytes += id.chunkLength(chunk);
    }
    return bytes;
  }

  /** Fails where the window's count is not that of the outstanding chunks. */
  void checkInvariant(ContentId id) {
    long bytes = outstanding.keySet().stream().mapToLong(id::chunkLength).sum();
    if (bytes != window.outstandingBytes()) {
      throw new IllegalStateException(
          "outstanding bytes of %s: %d (expected: %d)"
              .formatted(peer.shortName(), window.outstandingBytes(), bytes));
    }
    boolean mayHaveOutstanding = status == Status.ACTIVE || status == Status.SILENT;
    if (!mayHaveOutstanding && !outstanding.isEmpty()) {
      throw new IllegalStateException(
          "chunks outstanding at a peer that is %s: %d (expected: 0)"
              .formatted(status, outstanding.size()));
    }
  }
}
