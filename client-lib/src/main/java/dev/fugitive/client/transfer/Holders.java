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
 * The holders of one content: who they are, who is opened, who is counted on, and who is given up.
 */
final class Holders {
  private final ContentId id;
  private final Requests requests;
  private final List<SwarmAction> actions;
  private final Map<PeerId, PeerState> peers = new LinkedHashMap<>();
  private final Promptness promptness = new Promptness();
  private final Prospects prospects;
  private final Availability availability;

  /** Actions are added to a list that the core empties. */
  Holders(ContentId id, Requests requests, List<SwarmAction> actions) {
    this.id = id;
    this.requests = requests;
    this.actions = actions;
    this.prospects = new Prospects(peers.values(), id.chunkCount(), requests);
    this.availability = new Availability(peers, id.chunkCount());
  }

  /** What may be expected of all of them. */
  Prospects prospects() {
    return prospects;
  }

  /** Which chunks are where. */
  Availability availability() {
    return availability;
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
    PeerState state = new PeerState(joined, promptness, nowNanos);
    if (known != null && !known.isBelieved()) {
      state.failed();
    }
    peers.remove(peer);
    peers.put(peer, state);
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
    spoke(state, nowNanos);
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
    spoke(state, nowNanos);
    noteAnswer(state, nowNanos);
    boolean assumed = state.isAssumed();
    state.addHoldings(chunks);
    if (assumed) {
      requests.cancelWhatIsNotThere(state);
    }
    if (state.is(Status.OPENING)) {
      state.become(Status.ACTIVE, nowNanos);
    }
    if (state.is(Status.ACTIVE)) {
      requests.holds(state);
    }
  }

  void refused(PeerId peer, RefusalReason reason, long retryAfterNanos, long nowNanos) {
    PeerState state = peers.get(peer);
    if (state == null || state.is(Status.GONE) || state.is(Status.WAITING)) {
      return;
    }
    noteAnswer(state, nowNanos);
    if (state.outstandingCount() > 0 && !state.isAssumed()) {
      state.failed();
    }
    requests.drop(state);
    if (reason == RefusalReason.BUSY && state.countBusy(retryAfterNanos, nowNanos)) {
      state.become(Status.WAITING, nowNanos);
      return;
    }
    goForGood(state, "refused: " + reason, nowNanos);
    state.lacks(reason == RefusalReason.DONT_HAVE);
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

  /** A peer has said something. */
  void spoke(PeerId peer, long nowNanos) {
    PeerState state = peers.get(peer);
    if (state != null) {
      spoke(state, nowNanos);
    }
  }

  /** Who was absent is counted on again; its silences are forgotten when a chunk comes. */
  private void spoke(PeerState state, long nowNanos) {
    if (state.presence().word(nowNanos) && state.is(Status.SILENT)) {
      resume(state, nowNanos);
    }
  }

  /** Chunks of a peer are here. */
  void arrived(PeerId peer, ChunkRun run, long nowNanos) {
    PeerState state = peers.get(peer);
    if (state == null || state.is(Status.GONE)) {
      return;
    }
    requests.arrived(state, run, nowNanos);
    spoke(state, nowNanos);
    state.heard(nowNanos);
    if (state.is(Status.SILENT)) {
      resume(state, nowNanos);
    }
  }

  /** Something came that is no peer's. */
  void heardOfOrigin(long nowNanos) {
    promptness.heard(nowNanos);
  }

  /** Chunks are here, whoever brought them: nobody needs to send them any more. */
  void cancelElsewhere(ChunkRun run) {
    for (PeerState state : peers.values()) {
      if (state.outstandingCount() > 0) {
        requests.cancel(state, run);
      }
    }
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
      if (state.isFellow()) {
        lookFor(state, nowNanos);
      }
      switch (state.status()) {
        case OPENING -> expireOpening(state, nowNanos);
        case ACTIVE -> expireActive(state, nowNanos);
        case SILENT -> expireSilent(state, nowNanos);
        case WAITING, GONE -> {}
      }
    }
  }

  /** A fellow that is not there is silent before its chunks are overdue. */
  private void lookFor(PeerState state, long nowNanos) {
    switch (state.presence().look(nowNanos)) {
      case NOTHING -> {}
      case PROBE -> actions.add(new SwarmAction.Probe(state.peer()));
      case MISS -> {
        if (state.is(Status.ACTIVE)) {
          requests.suspend(state);
          fallSilent(state, nowNanos);
        }
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
      requests.cancel(state, state.overdue(nowNanos));
      return;
    }
    requests.suspend(state);
    fallSilent(state, nowNanos);
  }

  private void expireSilent(PeerState state, long nowNanos) {
    if (nowNanos < state.silenceEndsNanos()) {
      return;
    }
    if (state.outstandingCount() > 0 || state.isAbsentFellow()) {
      fallSilent(state, nowNanos);
      return;
    }
    resume(state, nowNanos);
  }

  private void resume(PeerState state, long nowNanos) {
    state.become(Status.ACTIVE, nowNanos);
    requests.resume(state);
  }

  /**
   * Who owes nothing has failed in nothing: whether it is gone, its session will say. The last one
   * is not given up for its silence: nothing would be gained, and a link that lost a few packets in
   * a row speaks again after seconds.
   */
  private void fallSilent(PeerState state, long nowNanos) {
    state.become(Status.SILENT, nowNanos);
    if (state.outstandingCount() == 0) {
      return;
    }
    state.failed();
    if (!state.countSilence() && isAnotherLeft(state)) {
      giveUp(state, "fell silent", nowNanos);
    }
  }

  private boolean isAnotherLeft(PeerState than) {
    return peers.values().stream().anyMatch(state -> state != than && !state.is(Status.GONE));
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
    requests.drop(state);
    state.leave(reason, nowNanos);
  }

  // ---- whom we open

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
    return id.chunkCount() <= SwarmLimits.SMALL_CHUNKS;
  }

  /** One who probably holds all of a small content is asked for it before it has said so. */
  private void assumeAll(PeerState state, long nowNanos) {
    if (isSmall() && state.standing() != Standing.RELAY) {
      state.become(Status.ACTIVE, nowNanos);
      state.assume(ChunkSet.range(0, id.chunkCount()));
      requests.holds(state);
    }
  }

  private static boolean isOpenable(PeerState state, long nowNanos) {
    return state.is(Status.WAITING) && state.retryAtNanos() <= nowNanos;
  }

  /** Asks everybody, where nobody says to hold all of it: others may be fetching it too. */
  void openFellows(long nowNanos) {
    if (prospects.anyClaimantMayGiveAll(nowNanos)) {
      return;
    }
    for (PeerState state : peers.values()) {
      if (isOpenable(state, nowNanos)) {
        state.become(Status.OPENING, nowNanos);
        actions.add(new SwarmAction.Open(state.peer()));
      }
    }
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
    long look = state.isFellow() ? state.presence().dueNanos() : Long.MAX_VALUE;
    return Math.min(look, wakeOfStatusNanos(state, nowNanos));
  }

  private static long wakeOfStatusNanos(PeerState state, long nowNanos) {
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
}
