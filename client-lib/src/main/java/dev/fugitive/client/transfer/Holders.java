package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.PeerState.Status;
import dev.fugitive.client.transfer.SwarmEvent.PeerJoined;
import dev.fugitive.client.transfer.SwarmEvent.Standing;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The holders of one content: who is opened, who is counted on, and what is asked of whom.
 *
 * <p>The picker's claims are exactly the chunks outstanding at peers that are {@link
 * Status#ACTIVE}: a peer that falls silent loses its claims at once, so others are asked, while
 * what it was asked for may still come.
 */
final class Holders {
  private final ContentId id;
  private final ChunkPicker picker;
  private final List<SwarmAction> actions;
  private final Map<PeerId, PeerState> peers = new LinkedHashMap<>();
  private final Promptness promptness = new Promptness();

  /** Actions are added to a list that the core empties. */
  Holders(ContentId id, ChunkPicker picker, List<SwarmAction> actions) {
    this.id = id;
    this.picker = picker;
    this.actions = actions;
  }

  Collection<PeerState> all() {
    return peers.values();
  }

  @Nullable PeerState find(PeerId peer) {
    return peers.get(peer);
  }

  // ---- what peers do

  /** A peer that left may come back; one that lied or refused for good may not. */
  void join(PeerJoined joined, long nowNanos) {
    PeerId peer = joined.peer();
    PeerState known = peers.get(peer);
    boolean full = known == null && peers.size() >= SwarmLimits.MAX_HOLDERS;
    if (full || (known != null && !known.is(Status.GONE)) || isOutForGood(known)) {
      return;
    }
    peers.remove(peer);
    peers.put(peer, new PeerState(joined, promptness, nowNanos));
  }

  /** A peer fetches the content too: what it did not have a moment ago it will have soon. */
  void reads(PeerId peer, boolean reads, long nowNanos) {
    PeerState state = peers.get(peer);
    if (state == null) {
      return;
    }
    if (reads && state.lacked()) {
      state = state.again(nowNanos);
      peers.put(peer, state);
    }
    state.reads(reads);
  }

  private static boolean isOutForGood(@Nullable PeerState known) {
    return known != null && known.isOutForGood();
  }

  void has(PeerId peer, ChunkSet chunks, long nowNanos) {
    PeerState state = peers.get(peer);
    if (state == null || state.is(Status.GONE) || state.is(Status.WAITING)) {
      return;
    }
    noteAnswer(state, nowNanos);
    boolean assumed = state.isAssumed();
    state.addHoldings(chunks);
    if (assumed) {
      cancelWhatIsNotThere(state);
    }
    if (state.is(Status.OPENING)) {
      state.become(Status.ACTIVE, nowNanos);
    }
    if (state.is(Status.ACTIVE)) {
      picker.setHolder(peer, state.holdings());
    }
  }

  void refused(PeerId peer, RefusalReason reason, long retryAfterNanos, long nowNanos) {
    PeerState state = peers.get(peer);
    if (state == null || state.is(Status.GONE) || state.is(Status.WAITING)) {
      return;
    }
    noteAnswer(state, nowNanos);
    if (state.outstandingCount() > 0) {
      state.failed();
    }
    dropOutstanding(state);
    if (reason == RefusalReason.BUSY && state.countBusy(retryAfterNanos, nowNanos)) {
      picker.removeHolder(peer);
      state.become(Status.WAITING, nowNanos);
      return;
    }
    goForGood(state, "refused: " + reason, nowNanos);
    state.lacks(reason == RefusalReason.DONT_HAVE);
  }

  /** A peer that was asked before it said what it holds may lack some of that. */
  private void cancelWhatIsNotThere(PeerState state) {
    int first = state.holdings().nextClear(0);
    while (first < picker.chunkCount()) {
      int next = state.holdings().nextSet(first);
      int until = next < 0 ? picker.chunkCount() : next;
      cancel(state, new ChunkRun(first, until - first));
      first = state.holdings().nextClear(until);
    }
  }

  private void noteAnswer(PeerState state, long nowNanos) {
    if (state.is(Status.OPENING) || state.isAssumed()) {
      promptness.answered(nowNanos - state.sinceNanos());
    }
  }

  void left(PeerId peer, String reason, long nowNanos) {
    PeerState state = peers.get(peer);
    if (state != null && !state.is(Status.GONE)) {
      go(state, "left: " + reason, nowNanos);
    }
  }

  void lied(PeerId peer, String reason, long nowNanos) {
    PeerState state = peers.get(peer);
    if (state != null && !state.isOutForGood()) {
      actions.add(new SwarmAction.Ban(peer, reason));
      goForGood(state, "lied: " + reason, nowNanos);
    }
  }

  /** What a peer sends comes over so many associations from now on. */
  void strands(PeerId peer, int strands) {
    PeerState state = peers.get(peer);
    if (state != null) {
      state.strands(strands);
    }
  }

  /** Chunks of a peer are here; it is credited, and whoever else was asked for them is told. */
  void arrived(PeerId peer, ChunkRun run, long nowNanos) {
    PeerState state = peers.get(peer);
    if (state == null || state.is(Status.GONE)) {
      return;
    }
    for (int chunk = run.first(); chunk < run.end(); chunk++) {
      if (state.is(Status.ACTIVE) && state.isAsked(chunk)) {
        picker.release(chunk);
      }
    }
    state.arrived(id, run, nowNanos);
    heard(state, nowNanos);
  }

  /** Chunks are here, whoever brought them: nobody needs to send them any more. */
  void cancelElsewhere(ChunkRun run) {
    for (PeerState state : peers.values()) {
      if (state.outstandingCount() > 0) {
        cancel(state, run);
      }
    }
  }

  private void cancel(PeerState state, ChunkRun run) {
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

  private boolean release(PeerState state, int chunk) {
    if (!state.release(id, chunk)) {
      return false;
    }
    if (state.is(Status.ACTIVE)) {
      picker.release(chunk);
    }
    return true;
  }

  private void takeBack(PeerState state, List<Integer> chunks) {
    chunks.forEach(chunk -> cancel(state, new ChunkRun(chunk, 1)));
  }

  /** A silent peer that is heard again keeps what nobody else was asked for meanwhile. */
  private void heard(PeerState state, long nowNanos) {
    state.heard(nowNanos);
    if (!state.is(Status.SILENT)) {
      return;
    }
    state.become(Status.ACTIVE, nowNanos);
    picker.setHolder(state.peer(), state.holdings());
    List<Integer> taken = new ArrayList<>();
    for (int chunk : state.outstanding()) {
      if (picker.claims(chunk) > 0) {
        taken.add(chunk);
      }
      picker.claim(chunk);
    }
    takeBack(state, taken);
  }

  /** A peer is asked for nothing more. */
  void retire(PeerId peer) {
    PeerState state = peers.get(peer);
    if (state != null) {
      state.retire();
    }
  }

  // ---- what time does

  /** Replaces the silent, and gives up those who stay so. */
  void expire(long nowNanos) {
    for (PeerState state : peers.values()) {
      if (state.isRetiring() && state.outstandingCount() == 0 && !state.is(Status.GONE)) {
        giveUp(state, "replaced by a direct link", nowNanos);
      }
      switch (state.status()) {
        case OPENING -> expireOpening(state, nowNanos);
        case ACTIVE -> expireActive(state, nowNanos);
        case SILENT -> expireSilent(state, nowNanos);
        case WAITING, GONE -> {}
      }
    }
  }

  private void expireOpening(PeerState state, long nowNanos) {
    if (nowNanos >= state.sinceNanos() + SwarmLimits.OPEN_LIMIT_NANOS) {
      giveUp(state, "did not answer", nowNanos);
    }
  }

  private void expireActive(PeerState state, long nowNanos) {
    state.window().tick(nowNanos);
    if (nowNanos < state.silentAtNanos()) {
      takeBack(state, state.overdue(nowNanos));
      return;
    }
    state.outstanding().forEach(picker::release);
    picker.removeHolder(state.peer());
    fallSilent(state, nowNanos);
  }

  private void expireSilent(PeerState state, long nowNanos) {
    if (nowNanos < state.silenceEndsNanos()) {
      return;
    }
    if (state.outstandingCount() > 0) {
      fallSilent(state, nowNanos);
      return;
    }
    state.become(Status.ACTIVE, nowNanos);
    picker.setHolder(state.peer(), state.holdings());
  }

  private void fallSilent(PeerState state, long nowNanos) {
    state.become(Status.SILENT, nowNanos);
    state.failed();
    if (!state.countSilence()) {
      giveUp(state, "fell silent", nowNanos);
    }
  }

  private void giveUp(PeerState state, String reason, long nowNanos) {
    actions.add(new SwarmAction.Close(state.peer()));
    go(state, reason, nowNanos);
  }

  private void goForGood(PeerState state, String reason, long nowNanos) {
    go(state, reason, nowNanos);
    state.outForGood();
  }

  private void go(PeerState state, String reason, long nowNanos) {
    dropOutstanding(state);
    picker.removeHolder(state.peer());
    state.leave(reason, nowNanos);
  }

  private void dropOutstanding(PeerState state) {
    List<Integer> chunks = new ArrayList<>();
    state.outstanding().forEach(chunks::add);
    chunks.forEach(chunk -> release(state, chunk));
  }

  // ---- what we ask

  /** Opens waiting peers, the nearest first, until as many as that are counted on. */
  void open(int wanted, long nowNanos) {
    int open = 0;
    for (PeerState state : peers.values()) {
      open += state.isCountedOn(nowNanos) ? 1 : 0;
    }
    while (open < wanted) {
      PeerState next = nearestWaiting(nowNanos);
      if (next == null) {
        return;
      }
      next.become(Status.OPENING, nowNanos);
      actions.add(new SwarmAction.Open(next.peer()));
      assumeAll(next, nowNanos);
      open++;
    }
  }

  /** Who sends already comes first. */
  private @Nullable PeerState nearestWaiting(long nowNanos) {
    return peers.values().stream()
        .filter(state -> state.claims() && isOpenable(state, nowNanos))
        .min(
            Comparator.comparing((PeerState state) -> state.standing() != Standing.SENDER)
                .thenComparingLong(PeerState::startRoundTripNanos))
        .orElse(null);
  }

  /** Whether it is so short that it is asked for with the first word. */
  boolean isSmall() {
    return picker.chunkCount() <= SwarmLimits.SMALL_CHUNKS;
  }

  /** One who probably holds all of a small content is asked for it before it has said so. */
  private void assumeAll(PeerState state, long nowNanos) {
    if (isSmall() && state.standing() != Standing.RELAY) {
      state.become(Status.ACTIVE, nowNanos);
      state.assume(ChunkSet.range(0, picker.chunkCount()));
      picker.setHolder(state.peer(), state.holdings());
    }
  }

  private static boolean isOpenable(PeerState state, long nowNanos) {
    return state.is(Status.WAITING) && state.retryAtNanos() <= nowNanos;
  }

  /** Asks everybody, where nobody says to hold all of it: others may be fetching it too. */
  void openFellows(long nowNanos) {
    if (anyClaimantMayGiveAll(nowNanos)) {
      return;
    }
    for (PeerState state : peers.values()) {
      if (isOpenable(state, nowNanos)) {
        state.become(Status.OPENING, nowNanos);
        actions.add(new SwarmAction.Open(state.peer()));
      }
    }
  }

  private boolean anyClaimantMayGiveAll(long nowNanos) {
    return peers.values().stream()
        .anyMatch(state ->
            state.claims() && !state.reads() && mayGiveAll(state) && state.isCountedOn(nowNanos));
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

  /** Gives every slot back. */
  void closeAll(long nowNanos) {
    for (PeerState state : peers.values()) {
      if (!state.is(Status.GONE) && !state.is(Status.WAITING)) {
        giveUp(state, "no longer needed", nowNanos);
      }
    }
  }

  // ---- what there is

  /** Those with a slot who answer, whoever brings one frame more soonest first. */
  List<PeerState> activeBySpeed() {
    List<PeerState> active = new ArrayList<>();
    for (PeerState state : peers.values()) {
      if (state.is(Status.ACTIVE) && !state.isRetiring()) {
        active.add(state);
      }
    }
    active.sort(Comparator.comparingLong(PeerState::nextFrameNanos));
    return active;
  }

  boolean anyCountedOn(long nowNanos) {
    for (PeerState state : peers.values()) {
      if (state.isCountedOn(nowNanos)) {
        return true;
      }
    }
    return false;
  }

  /** Whether somebody who is counted on holds a chunk, or has not said yet what it holds. */
  boolean mayGive(int chunk, long nowNanos) {
    for (PeerState state : peers.values()) {
      boolean may = state.is(Status.OPENING) || state.holdings().contains(chunk);
      if (may && state.isCountedOn(nowNanos)) {
        return true;
      }
    }
    return false;
  }

  /** Whether somebody who is counted on holds everything, or has not said yet what it holds. */
  boolean anyMayGiveAll(long nowNanos) {
    for (PeerState state : peers.values()) {
      if (mayGiveAll(state) && state.isCountedOn(nowNanos)) {
        return true;
      }
    }
    return false;
  }

  private boolean mayGiveAll(PeerState state) {
    return state.is(Status.OPENING) || state.holdings().isComplete(picker.chunkCount());
  }

  /** Whether an answer is expected of anybody who was asked for a slot. */
  boolean anyOpening(long nowNanos) {
    return peers.values().stream()
        .anyMatch(state -> state.is(Status.OPENING) && state.isCountedOn(nowNanos));
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
    int next = picker.chunkCount();
    for (PeerState state : peers.values()) {
      int held = isBelieved(state) ? state.holdings().nextSet(from) : -1;
      next = held < 0 ? next : Math.min(next, held);
    }
    return next;
  }

  private static boolean isBelieved(PeerState state) {
    return state.is(Status.ACTIVE) && state.isBelieved();
  }

  /** Whether a peer that was asked for a chunk is expected to bring it soon. */
  boolean bringsInTime(int chunk, long nowNanos) {
    if (picker.claims(chunk) == 0) {
      return false;
    }
    for (PeerState state : peers.values()) {
      PeerState.Asked asked = state.is(Status.ACTIVE) ? state.asked(chunk) : null;
      if (asked != null
          && nowNanos < state.lateAtNanos(asked)
          && asked.dueNanos() - nowNanos <= SwarmLimits.IN_TIME_NANOS) {
        return true;
      }
    }
    return false;
  }

  /** Whether anybody is left from whom chunks may come, now or later. */
  boolean anyLeft() {
    return peers.values().stream().anyMatch(state -> !state.is(Status.GONE));
  }

  /** One line for each peer. */
  List<String> reasons() {
    return peers.values().stream()
        .map(state ->
            "%s %s"
                .formatted(
                    state.peer().shortName(),
                    state.is(Status.GONE) ? state.goneReason() : "is " + state.status()))
        .toList();
  }

  /** When time alone changes something. */
  long wakeNanos(long nowNanos) {
    long wake = Long.MAX_VALUE;
    for (PeerState state : peers.values()) {
      wake = Math.min(wake, wakeNanos(state, nowNanos));
    }
    return wake;
  }

  private static long wakeNanos(PeerState state, long nowNanos) {
    return switch (state.status()) {
      case OPENING ->
          state.isCountedOn(nowNanos)
              ? state.openPatienceEndsNanos()
              : state.sinceNanos() + SwarmLimits.OPEN_LIMIT_NANOS;
      case ACTIVE -> Math.min(state.silentAtNanos(), state.overdueAtNanos());
      case SILENT -> state.silenceEndsNanos();
      case WAITING -> state.retryAtNanos() > nowNanos ? state.retryAtNanos() : Long.MAX_VALUE;
      case GONE -> Long.MAX_VALUE;
    };
  }

  /** Fails where the picker's claims are not what active peers were asked for. */
  void checkInvariant() {
    long outstanding = 0;
    for (PeerState state : peers.values()) {
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
