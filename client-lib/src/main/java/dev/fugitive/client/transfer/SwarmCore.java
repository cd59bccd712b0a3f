package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.SwarmAction.Failed;
import dev.fugitive.client.transfer.SwarmAction.Finished;
import dev.fugitive.client.transfer.SwarmAction.WakeAt;
import dev.fugitive.client.transfer.SwarmEvent.AlreadyHere;
import dev.fugitive.client.transfer.SwarmEvent.ChunksArrived;
import dev.fugitive.client.transfer.SwarmEvent.DemandMoved;
import dev.fugitive.client.transfer.SwarmEvent.OriginArrived;
import dev.fugitive.client.transfer.SwarmEvent.OriginEnded;
import dev.fugitive.client.transfer.SwarmEvent.OriginFailed;
import dev.fugitive.client.transfer.SwarmEvent.OriginHeard;
import dev.fugitive.client.transfer.SwarmEvent.OriginIgnoresRanges;
import dev.fugitive.client.transfer.SwarmEvent.PeerAnswers;
import dev.fugitive.client.transfer.SwarmEvent.PeerHas;
import dev.fugitive.client.transfer.SwarmEvent.PeerJoined;
import dev.fugitive.client.transfer.SwarmEvent.PeerLeft;
import dev.fugitive.client.transfer.SwarmEvent.PeerLied;
import dev.fugitive.client.transfer.SwarmEvent.PeerReads;
import dev.fugitive.client.transfer.SwarmEvent.PeerRefused;
import dev.fugitive.client.transfer.SwarmEvent.PeerStrands;
import dev.fugitive.client.transfer.SwarmEvent.PeerTells;
import dev.fugitive.client.transfer.SwarmEvent.ReaderGone;
import dev.fugitive.client.transfer.SwarmEvent.RelayReplaced;
import dev.fugitive.client.transfer.SwarmEvent.Tick;
import dev.fugitive.client.transfer.SwarmEvent.Wanted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides how one content is fetched from many sources; it does no I/O, has no clock and starts no
 * thread: events go in with the time, actions come out.
 *
 * <p>Each call takes in all events first and decides once, in this order:
 *
 * <ol>
 *   <li>everything is here: finish;
 *   <li>peers that fell silent lose their claims, those who stay silent are given up;
 *   <li>waiting peers are opened, nearest first; where nobody says to hold everything, all of them,
 *       since others may be fetching it as well ({@link Crowd});
 *   <li>the origin is opened or cancelled ({@link OriginPlan});
 *   <li>whoever has room in its window is asked for more ({@link ChunkPicker}), fastest first. A
 *       peer that takes longer than the fastest picks further ahead, by as much as the others bring
 *       meanwhile, so that it never holds up the reader;
 *   <li>the frame that blocks the reader is hedged, the last frames are raced ({@link Duplicates});
 *   <li>nobody is left: fail.
 * </ol>
 *
 * <p>Not thread-safe: one loop owns it.
 */
final class SwarmCore {
  private final ContentId id;
  private final List<SwarmAction> actions = new ArrayList<>();
  private final ChunkPicker picker;
  private final Requests requests;
  private final Holders holders;
  private final Prospects prospects;
  private final FetchPolicy policy;
  private final Crowd crowd;
  private final OriginPlan origin;
  private final WasteBudget budget = new WasteBudget();
  private final Duplicates duplicates;
  private int demandChunk;
  private int blockedChunk = -1;
  private long blockedSinceNanos = Long.MAX_VALUE;
  private long progressNanos;
  private long wakeNanos = Long.MAX_VALUE;
  private long wastedBytes;
  private ChunkSet wanted = ChunkSet.EMPTY;
  private boolean done;

  /**
   * @param self our own name among those who fetch the content at the same time
   */
  SwarmCore(ContentId id, PeerId self, FetchPolicy policy, boolean originPresent, long nowNanos) {
    this.id = id;
    this.policy = policy;
    this.picker = new ChunkPicker(id.chunkCount(), SwarmLimits.URGENT_CHUNKS);
    this.requests = new Requests(id, picker, actions);
    this.holders = new Holders(id, requests, actions);
    this.prospects = holders.prospects();
    this.crowd = new Crowd(id, self, picker, holders, actions, nowNanos);
    this.origin = new OriginPlan(originPresent, policy, picker, prospects, crowd, actions);
    this.duplicates = new Duplicates(picker, requests, budget);
    this.progressNanos = nowNanos;
  }

  /** One event; the same as a list of one. */
  List<SwarmAction> on(SwarmEvent event, long nowNanos) {
    return on(List.of(event), nowNanos);
  }

  /** Takes in what happened, and says what is to be done. */
  List<SwarmAction> on(List<SwarmEvent> events, long nowNanos) {
    if (done) {
      return List.of();
    }
    for (SwarmEvent event : events) {
      accept(event, nowNanos);
    }
    if (!done) {
      decide(nowNanos);
    }
    List<SwarmAction> decided = List.copyOf(actions);
    actions.clear();
    return decided;
  }

  /** Bytes that came although they were here already. */
  long wastedBytes() {
    return wastedBytes;
  }

  /** Whether it has finished, failed or was cancelled: nothing more is decided. */
  boolean isDone() {
    return done;
  }

  /** What was learned of the path to each peer. */
  Iterable<PeerState> peers() {
    return holders.all();
  }

  private void accept(SwarmEvent event, long nowNanos) {
    switch (event) {
      case AlreadyHere(var chunks) -> chunks.forEach(picker::markHere);
      case PeerJoined joined -> holders.join(joined, nowNanos);
      case PeerReads(var peer, var reads) -> holders.reads(peer, reads, nowNanos);
      case PeerAnswers(var peer) -> holders.spoke(peer, nowNanos);
      case PeerTells(var peer, var members) -> {
        holders.spoke(peer, nowNanos);
        crowd.told(peer, members);
      }
      case PeerHas(var peer, var chunks) -> holders.has(peer, chunks, nowNanos);
      case PeerRefused(var peer, var reason, var retryAfterNanos) ->
          holders.refused(peer, reason, retryAfterNanos, nowNanos);
      case PeerLied(var peer, var reason) -> holders.lied(peer, reason, nowNanos);
      case PeerLeft(var peer, var reason) -> holders.left(peer, reason, nowNanos);
      case PeerStrands(var peer, var strands) -> holders.strands(peer, strands);
      case ChunksArrived(var peer, var first, var count) -> {
        ChunkRun run = new ChunkRun(first, count);
        holders.arrived(peer, run, nowNanos);
        origin.othersBrought(count);
        markHere(run, nowNanos);
      }
      case OriginArrived(var range, var first, var count) -> {
        ChunkRun run = new ChunkRun(first, count);
        holders.heardOfOrigin(nowNanos);
        origin.arrived(range, run, nowNanos);
        markHere(run, nowNanos);
      }
      case OriginHeard(var range, var atNanos) -> {
        if (origin.heard(range, atNanos)) {
          progressNanos = Math.max(progressNanos, atNanos);
        }
      }
      case OriginFailed(var range, var reason) -> origin.failed(range, reason, nowNanos);
      case OriginIgnoresRanges() -> {
        if (crowd.noteRangesIgnored()) {
          origin.cancel();
        }
      }
      case OriginEnded(var range) -> origin.ended(range, nowNanos);
      case Wanted(var chunks) -> wantOnly(chunks);
      case RelayReplaced(var relay) -> holders.retire(relay);
      case DemandMoved(var offset) -> demandMoved(offset);
      case ReaderGone() -> end(nowNanos);
      case Tick() -> {}
    }
  }

  private void markHere(ChunkRun run, long nowNanos) {
    for (int chunk = run.first(); chunk < run.end(); chunk++) {
      int bytes = id.chunkLength(chunk);
      if (picker.markHere(chunk)) {
        budget.useful(bytes);
        progressNanos = nowNanos;
      } else {
        wastedBytes += bytes;
      }
    }
    holders.cancelElsewhere(run);
  }

  private void wantOnly(ChunkSet chunks) {
    ChunkSet dropped = wanted.minus(chunks);
    wanted = chunks;
    picker.wantOnly(chunks);
    int first = dropped.nextSet(0);
    while (first >= 0) {
      int until = dropped.nextClear(first);
      holders.cancelElsewhere(new ChunkRun(first, until - first));
      first = dropped.nextSet(until);
    }
  }

  private void demandMoved(long byteOffset) {
    demandChunk = byteOffset >= id.length() ? 0 : (int) (byteOffset / ContentId.CHUNK_BYTES);
  }

  private void decide(long nowNanos) {
    if (picker.isComplete()) {
      end(nowNanos);
      actions.add(new Finished());
      return;
    }
    holders.expire(nowNanos);
    int start = start();
    noteBlocked(start, nowNanos);
    holders.open(wantedPeers(start, nowNanos), nowNanos);
    if (policy == FetchPolicy.OFFLOAD) {
      holders.openFellows(nowNanos);
      crowd.gather(origin.isLeft(), nowNanos);
      budget.crowded(crowd.isGathered());
    }
    origin.decide(start, blockedSinceNanos, nowNanos);
    List<PeerState> active = holders.activeBySpeed();
    askForMore(start, active, nowNanos);
    duplicates.hedge(blockedChunk < 0 ? picker.chunkCount() : blockedChunk, active, nowNanos);
    duplicates.endgame(start, active, nowNanos);
    if (!failIfNobodyIsLeft(nowNanos)) {
      wake(nowNanos);
    }
  }

  /**
   * The first missing chunk in the reader's order: from where it reads, then from the beginning.
   */
  private int start() {
    int next = picker.nextMissing(demandChunk);
    return next < picker.chunkCount() ? next : picker.nextMissing(0);
  }

  private void noteBlocked(int start, long nowNanos) {
    if (start != demandChunk) {
      blockedChunk = -1;
      blockedSinceNanos = Long.MAX_VALUE;
    } else if (blockedChunk != start) {
      blockedChunk = start;
      blockedSinceNanos = nowNanos;
    }
  }

  /**
   * As many as the length deserves; all that may be, where those we have lack what is needed. What
   * is small is asked of one, and of another when the reader has waited for a while.
   */
  private int wantedPeers(int start, long nowNanos) {
    if (prospects.anyCountedOn(nowNanos) && !prospects.mayGive(start, nowNanos)) {
      return SwarmLimits.MAX_OPEN_PEERS;
    }
    boolean oneMayDo = !prospects.anyCountedOn(nowNanos) || prospects.anyMayGiveAll(nowNanos);
    if (oneMayDo && nowNanos < oneIsEnoughUntil()) {
      return 1;
    }
    int wanted = 2 + picker.missingCount() / SwarmLimits.CHUNKS_PER_PEER;
    return Math.min(SwarmLimits.MAX_OPEN_PEERS, wanted);
  }

  private long oneIsEnoughUntil() {
    if (!holders.isSmall()) {
      return Long.MIN_VALUE;
    }
    return blockedSinceNanos == Long.MAX_VALUE
        ? Long.MAX_VALUE
        : blockedSinceNanos + SwarmLimits.SMALL_PATIENCE_NANOS;
  }

  // ---- asking

  private void askForMore(int start, List<PeerState> active, long nowNanos) {
    if (picker.freeCount() == 0 || active.isEmpty()) {
      return;
    }
    double totalRate = 0;
    for (PeerState peer : active) {
      totalRate += peer.window().estimate().bytesPerSecond();
    }
    ChunkRun reserved = origin.reserved(totalRate, nowNanos);
    int from = reserved.contains(start) ? reserved.end() % picker.chunkCount() : start;
    long bestNanos = active.getFirst().nextFrameNanos();
    Set<PeerState> ready = new HashSet<>();
    for (PeerState peer : active) {
      if (peer.window().hasRoomForBatch() && peer.mayTakeMore()) {
        ready.add(peer);
      }
    }
    boolean asked = !ready.isEmpty();
    while (asked && picker.freeCount() > 0) {
      asked = false;
      for (int rank = 0; rank < active.size(); rank++) {
        PeerState peer = active.get(rank);
        if (!ready.contains(peer)
            || !peer.mayTakeMore()
            || !peer.window().hasRoomFor(PeerState.FRAME_BYTES)) {
          continue;
        }
        ChunkRun run =
            pick(peer, active.subList(0, rank), from, reserved, totalRate, bestNanos, nowNanos);
        if (run != null) {
          requests.ask(peer, peer.isProven() ? run : new ChunkRun(run.first(), 1), nowNanos);
          asked = true;
        }
      }
    }
  }

  /**
   * Picks for one peer. What the others bring while it takes its longer time is left to them; where
   * that is all there is, it takes only what no faster one holds. One that has failed to give its
   * first chunk is asked in a crowd for nothing but what the reader has waited too long for.
   */
  private @Nullable ChunkRun pick(
      PeerState peer,
      List<PeerState> faster,
      int from,
      ChunkRun reserved,
      double totalRate,
      long bestNanos,
      long nowNanos) {
    double othersRate = totalRate - peer.window().estimate().bytesPerSecond();
    double aheadNanos = Math.max(0, peer.nextFrameNanos() - bestNanos);
    long ahead = (long) (othersRate * aheadNanos / 1e9 / ContentId.CHUNK_BYTES);
    boolean believed = peer.isBelieved() || !crowd.isGathered();
    IntPredicate open =
        chunk ->
            !reserved.contains(chunk)
                && (isOverdue(chunk, nowNanos) || (believed && crowd.mayAsk(peer, chunk)));
    if (ahead < SwarmLimits.FRAME_CHUNKS) {
      return picker.pick(peer.holdings(), from, open);
    }
    if (ahead >= picker.freeCount()) {
      return picker.pick(
          peer.holdings(), from, chunk -> open.test(chunk) && nobodyHolds(chunk, faster));
    }
    int further = (int) Math.min(picker.chunkCount() - 1L, from + ahead);
    return picker.pick(peer.holdings(), further, open);
  }

  /** Whether the reader has waited for too long for a chunk that is left to others. */
  private boolean isOverdue(int chunk, long nowNanos) {
    return blockedChunk >= 0
        && nowNanos >= blockedSinceNanos + SwarmLimits.READER_PATIENCE_NANOS
        && chunk >= blockedChunk
        && chunk < ChunkPicker.frameEnd(blockedChunk);
  }

  private static boolean nobodyHolds(int chunk, List<PeerState> peers) {
    for (PeerState peer : peers) {
      if (peer.isBelieved() && peer.holdings().contains(chunk)) {
        return false;
      }
    }
    return true;
  }

  // ---- ending

  private long progressLimitNanos() {
    return progressNanos
        + (origin.isLeft()
            ? SwarmLimits.ORIGIN_PROGRESS_LIMIT_NANOS
            : SwarmLimits.PROGRESS_LIMIT_NANOS);
  }

  private boolean failIfNobodyIsLeft(long nowNanos) {
    boolean stuck = nowNanos >= progressLimitNanos();
    if (!stuck && (holders.anyLeft() || origin.isLeft())) {
      return false;
    }
    List<String> reasons = new ArrayList<>(holders.reasons());
    reasons.add(origin.reason());
    end(nowNanos);
    actions.add(new Failed(reasons));
    return true;
  }

  private void end(long nowNanos) {
    holders.closeAll(nowNanos);
    origin.cancel();
    done = true;
  }

  private void wake(long nowNanos) {
    long wake =
        Math.min(
            Math.min(holders.wakeNanos(nowNanos), duplicates.wakeNanos()),
            Math.min(origin.wakeNanos(blockedSinceNanos, nowNanos), progressLimitNanos()));
    if (nowNanos < oneIsEnoughUntil()) {
      wake = Math.min(wake, oneIsEnoughUntil());
    }
    wake = Math.max(wake, nowNanos + SwarmLimits.MIN_TICK_NANOS);
    if (wake != wakeNanos) {
      wakeNanos = wake;
      actions.add(new WakeAt(wake));
    }
  }

  /** Fails where the parts of the state do not agree. */
  void checkInvariant() {
    picker.checkInvariant();
    requests.checkInvariant(holders.all());
    if (budget.spentBytes() > budget.limitBytes()) {
      throw new IllegalStateException(
          "bytes asked twice: %d (expected: at most %d)"
              .formatted(budget.spentBytes(), budget.limitBytes()));
    }
    if (done && origin.isOpen()) {
      throw new IllegalStateException("the origin is read after the end");
    }
  }
}
