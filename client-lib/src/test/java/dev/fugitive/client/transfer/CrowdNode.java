package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.mesh.MeshSettings;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.SimulatedContent.Payload;
import dev.fugitive.client.wire.PeerMessage.Member;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One node of a {@link CrowdSimulation}: the real core with its credits, and around it, by the
 * clock alone, what sessions and the reader do; what it has is on its {@link CrowdShelf}, what it
 * gives is up to its {@link CrowdReaders}, what it reads from the origin to its {@link CrowdRange}.
 */
final class CrowdNode {
  private static final long MILLI = 1_000_000;

  /** As sessions do. */
  private static final long SESSION_SILENCE_NANOS =
      MeshSettings.Timing.DEFAULT.silenceLimit().toNanos();

  private final CrowdSimulation crowd;
  private final VirtualClock clock;
  private final PeerId name;
  private final int ordinal;
  private final CrowdShelf shelf;
  private final CrowdReaders readers;
  private final CrowdRange range;
  private final CrowdWord word;
  private final List<CrowdNode> neighbours = new ArrayList<>();

  /** What we have open at others. */
  private final Map<PeerId, Slot> slots = new HashMap<>();

  private @Nullable SwarmCore core;
  private @Nullable SwarmAction end;

  /** How often it is there; each time it goes counts as well, so that what was begun is over. */
  private int fetches = 1;

  private int life;
  private long startsNanos;
  private long lagNanos;
  private long endedNanos;
  private long wakeNanos = Long.MAX_VALUE;
  private long timerNanos = Long.MAX_VALUE;
  private boolean seeds;
  private boolean lies;
  private boolean withholds;
  private boolean gone;
  private int forgedChunks;
  private long wastedBytes;

  private record Slot(int transferId, Credits credits) {}

  CrowdNode(CrowdSimulation crowd, int ordinal, double megabits) {
    this.crowd = crowd;
    this.clock = crowd.clock();
    this.ordinal = ordinal;
    this.name = Peers.named(ordinal);
    this.shelf = new CrowdShelf(crowd.content());
    this.readers = new CrowdReaders(crowd, this, shelf, megabits);
    this.range = new CrowdRange(crowd, this);
    this.word = new CrowdWord(ordinal);
  }

  // ---- what it is to do, said before the run

  CrowdNode startsAt(long millis) {
    startsNanos = millis * MILLI;
    return this;
  }

  /** Its processor is busy: it hears everything so much later than it comes. */
  CrowdNode lagsBy(long millis) {
    lagNanos = millis * MILLI;
    return this;
  }

  /** It is there from the beginning, and has everything. */
  CrowdNode seeds() {
    seeds = true;
    shelf.fill();
    return this;
  }

  /** It says to have everything, and sends other bytes. */
  CrowdNode lies() {
    lies = true;
    shelf.claimAll();
    return this;
  }

  /**
   * It says again and again to have everything, asks for it as a fellow does, and sends nothing.
   */
  CrowdNode withholds() {
    withholds = true;
    shelf.claimAll();
    return this;
  }

  CrowdNode vanishesAt(long millis) {
    clock.at(millis * MILLI, () -> vanish(0));
    return this;
  }

  /** It vanishes, and nothing tells its neighbours but that they hear no more of it. */
  CrowdNode losesPowerAt(long millis) {
    clock.at(millis * MILLI, () -> vanish(SESSION_SILENCE_NANOS));
    return this;
  }

  /** It is there again, with nothing of what it had. */
  CrowdNode comesBackAt(long millis) {
    fetches++;
    clock.at(millis * MILLI, this::comeBack);
    return this;
  }

  /** From then on it reads nothing from the origin, and says nothing about that. */
  CrowdNode isStuckAt(long millis) {
    clock.at(millis * MILLI, range::getStuck);
    return this;
  }

  /**
   * It tells of members that do not exist.
   *
   * @param ever of others with every message
   */
  CrowdNode invents(boolean ever) {
    word.invents(ever);
    return this;
  }

  /** It closes what it has open at others, and opens it again, so often. */
  CrowdNode reopensEvery(long millis) {
    clock.after(
        millis * MILLI,
        () -> {
          if (!crowd.isOver()) {
            List.copyOf(slots.keySet()).forEach(this::reopen);
            reopensEvery(millis);
          }
        });
    return this;
  }

  private void reopen(PeerId peer) {
    close(peer);
    open(peer);
  }

  void link(CrowdNode other) {
    if (other != this && !neighbours.contains(other)) {
      neighbours.add(other);
      other.neighbours.add(this);
    }
  }

  /** Does something at another node when half a round trip has passed, and that one is not busy. */
  private void soon(PeerId at, Consumer<CrowdNode> action) {
    CrowdNode node = crowd.node(at);
    node.soon(() -> action.accept(node));
  }

  void soon(Runnable action) {
    clock.after(crowd.oneWayNanos() + lagNanos, action);
  }

  /** What has come is heard of when this node is not busy. */
  void late(Runnable action) {
    if (lagNanos == 0) {
      action.run();
    } else {
      clock.after(lagNanos, action);
    }
  }

  /** Returns how often it will fetch. */
  int begin() {
    if (seeds || lies || withholds) {
      return 0;
    }
    clock.at(startsNanos, this::start);
    return fetches;
  }

  // ---- what came of it

  PeerId name() {
    return name;
  }

  double uplinkBytesPerSecond() {
    return readers.bytesPerSecond();
  }

  boolean hasFinished() {
    return end instanceof SwarmAction.Finished;
  }

  boolean hasFailed() {
    return end instanceof SwarmAction.Failed;
  }

  /** Whether it was there and honest at the end, and so should have everything. */
  boolean isReader() {
    return !gone && !seeds && !lies && !withholds;
  }

  long startsNanos() {
    return startsNanos;
  }

  long endedNanos() {
    return endedNanos;
  }

  /** Chunks that came and did not prove to be what they were asked for as. */
  int forgedChunks() {
    return forgedChunks;
  }

  long wastedBytes() {
    return wastedBytes;
  }

  /** Bytes of what it has said about who is in the crowd. */
  long toldBytes() {
    return word.bytes();
  }

  boolean hasEnded() {
    return end != null;
  }

  /** Changes when it goes: what was begun before is over then. */
  int life() {
    return life;
  }

  /** The core of this fetch; none while it is gone. */
  @Nullable SwarmCore core() {
    return core;
  }

  // ---- its life

  private void start() {
    if (gone) {
      return;
    }
    core = new SwarmCore(crowd.content().id(), name, crowd.policy(), true, clock.nowNanos());
    List<SwarmEvent> events = new ArrayList<>();
    events.add(new SwarmEvent.DemandMoved(0));
    for (CrowdNode other : neighbours) {
      if (!other.gone) {
        events.add(
            new SwarmEvent.PeerJoined(
                other.name,
                PathEstimate.UNKNOWN,
                other.lies ? SwarmEvent.Standing.HOLDER : SwarmEvent.Standing.FELLOW,
                false));
      }
    }
    tell(events);
  }

  /**
   * @param untoldNanos after which the sessions of its neighbours end
   */
  private void vanish(long untoldNanos) {
    if (gone) {
      return;
    }
    gone = true;
    if (end == null) {
      crowd.noteEnd();
    }
    life++;
    readers.forgetAll();
    range.cancel();
    slots.clear();
    core = null;
    for (CrowdNode other : neighbours) {
      clock.after(untoldNanos, () -> other.soon(() -> other.left(this)));
    }
  }

  private void comeBack() {
    gone = false;
    end = null;
    wakeNanos = Long.MAX_VALUE;
    timerNanos = Long.MAX_VALUE;
    shelf.clear();
    startsNanos = clock.nowNanos();
    start();
  }

  private void left(CrowdNode other) {
    slots.remove(other.name);
    readers.forget(other.name);
    tell(new SwarmEvent.PeerLeft(other.name, "vanished"));
  }

  // ---- the core

  void tell(SwarmEvent event) {
    tell(List.of(event));
  }

  private void tell(List<SwarmEvent> events) {
    SwarmCore mine = core;
    if (gone || mine == null || mine.isDone()) {
      return;
    }
    clock.note(clock.nowNanos());
    clock.note(ordinal);
    List<SwarmAction> actions = mine.on(events, clock.nowNanos());
    for (SwarmAction action : actions) {
      perform(action);
    }
    wastedBytes = mine.wastedBytes();
    checkInvariants(mine);
  }

  private void checkInvariants(SwarmCore mine) {
    if (crowd.isDueToBeCheckedWhole()) {
      mine.checkInvariant();
    }
    for (PeerState peer : mine.peers()) {
      long outstanding = peer.window().outstandingBytes();
      if (outstanding > RequestWindow.CEILING_BYTES) {
        throw broken("bytes outstanding: %d".formatted(outstanding), RequestWindow.CEILING_BYTES);
      }
    }
    if (!mine.isDone() && (wakeNanos <= clock.nowNanos() || timerNanos > wakeNanos)) {
      throw broken("wakes at " + wakeNanos + ", its timer at " + timerNanos, clock.nowNanos() + 1);
    }
  }

  AssertionError broken(String what, long expected) {
    return new AssertionError(
        "node %d at %.3f s: %s (expected: %d)"
            .formatted(ordinal, clock.nowNanos() / 1e9, what, expected));
  }

  private void perform(SwarmAction action) {
    switch (action) {
      case SwarmAction.Open(var peer) -> open(peer);
      case SwarmAction.Request(var peer, var first, var count) -> request(peer, first, count);
      case SwarmAction.Cancel(var peer, var first, var count) -> {
        note(3, first, count);
        soon(peer, node -> node.cancelled(this, first, count));
      }
      case SwarmAction.Close(var peer) -> close(peer);
      case SwarmAction.Tell(var peer, var members) -> tellMembers(peer, members);
      case SwarmAction.Probe(var peer) -> soon(peer, node -> node.probed(this));
      case SwarmAction.Ban(var peer, var reason) -> {
        note(5, reason.length(), 0);
        close(peer);
      }
      case SwarmAction.OpenOrigin open -> {
        note(6, open.fromChunk(), open.untilChunk());
        range.read(open, Objects.requireNonNull(core));
      }
      case SwarmAction.CancelOrigin(var cancelled) -> {
        note(7, cancelled, 0);
        range.cancel();
      }
      case SwarmAction.WakeAt(var nanos) -> wakeAt(nanos);
      case SwarmAction.Finished finished -> ended(finished);
      case SwarmAction.Failed failed -> ended(failed);
    }
  }

  private void note(int kind, int first, int second) {
    clock.note(((long) kind << 56) ^ ((long) first << 24) ^ second);
  }

  private void open(PeerId peer) {
    Slot slot = new Slot(crowd.newTransferId(), new Credits());
    note(1, slot.transferId(), 0);
    slots.put(peer, slot);
    soon(peer, node -> node.opened(this, slot.transferId()));
  }

  private void request(PeerId peer, int first, int count) {
    Slot slot = slots.get(peer);
    if (slot == null) {
      throw broken("asks " + peer.shortName() + " without a slot", 0);
    }
    note(2, first, count);
    slot.credits().grant(first, count);
    soon(peer, node -> node.asked(this, slot.transferId(), first, count));
  }

  private void tellMembers(PeerId peer, List<Member> members) {
    Slot slot = slots.get(peer);
    if (slot == null) {
      throw broken("tells " + peer.shortName() + " without a slot", 0);
    }
    note(11, members.size(), 0);
    List<Member> said = word.of(slot.transferId(), members);
    soon(peer, node -> node.hears(this, slot.transferId(), said));
  }

  private void hears(CrowdNode from, int transferId, List<Member> members) {
    if (readers.isOpen(from, transferId)) {
      tell(new SwarmEvent.PeerTells(from.name, members));
    }
  }

  private void close(PeerId peer) {
    Slot slot = slots.remove(peer);
    note(4, 0, 0);
    if (slot != null) {
      soon(peer, node -> node.closed(this, slot.transferId()));
    }
  }

  private void ended(SwarmAction how) {
    int read = shelf.readChunks();
    int all = crowd.content().id().chunkCount();
    note(how instanceof SwarmAction.Finished ? 9 : 10, read, 0);
    if (how instanceof SwarmAction.Finished && read < all) {
      throw broken("chunks read: " + read, all);
    }
    end = how;
    endedNanos = clock.nowNanos();
    crowd.noteEnd();
  }

  /** One timer at a time: where the core wants to be woken later than that, it goes on sleeping. */
  private void wakeAt(long nanos) {
    note(8, (int) (nanos >>> 32), (int) nanos);
    wakeNanos = nanos;
    if (nanos < timerNanos) {
      timerNanos = nanos;
      int begun = life;
      clock.at(nanos, () -> rang(nanos, begun));
    }
  }

  private void rang(long nanos, int begun) {
    if (nanos != timerNanos || begun != life) {
      return;
    }
    timerNanos = Long.MAX_VALUE;
    if (nanos < wakeNanos) {
      wakeAt(wakeNanos);
    } else {
      tell(new SwarmEvent.Tick());
    }
  }

  // ---- as a reader

  private void refused(CrowdNode by, int transferId, RefusalReason reason) {
    if (isOpen(by, transferId)) {
      slots.remove(by.name);
      tell(new SwarmEvent.PeerRefused(by.name, reason, 0));
    }
  }

  void told(CrowdNode by, int transferId, ChunkSet held) {
    if (isOpen(by, transferId)) {
      tell(new SwarmEvent.PeerHas(by.name, held));
    }
  }

  private boolean isOpen(CrowdNode at, int transferId) {
    Slot slot = slots.get(at.name);
    return slot != null && slot.transferId() == transferId;
  }

  void came(CrowdNode from, int transferId, Payload payload) {
    Slot slot = slots.get(from.name);
    if (slot == null || slot.transferId() != transferId) {
      return;
    }
    if (!slot.credits().take(payload.chunk(), 1)) {
      throw broken("got chunk %d and did not ask for it".formatted(payload.chunk()), 0);
    }
    if (!payload.proves()) {
      forgedChunks++;
      tell(new SwarmEvent.PeerLied(from.name, "corrupt"));
      return;
    }
    keep(new SwarmEvent.ChunksArrived(from.name, payload.chunk(), 1), payload);
  }

  void keep(SwarmEvent event, Payload payload) {
    if (shelf.put(payload)) {
      readers.tellSoon();
    }
    int wrong = shelf.readOn();
    if (wrong >= 0) {
      throw broken("a reader was given other bytes as chunk " + wrong, 0);
    }
    long offset = (long) shelf.readChunks() * ContentId.CHUNK_BYTES;
    tell(List.of(event, new SwarmEvent.DemandMoved(offset)));
  }

  // ---- as a source

  private void opened(CrowdNode by, int transferId) {
    if (gone) {
      return;
    }
    if (core == null && shelf.isEmpty()) {
      by.soon(() -> by.refused(this, transferId, RefusalReason.DONT_HAVE));
      return;
    }
    readers.open(by, transferId);
    if (withholds) {
      open(by.name);
      readers.insist(by);
      return;
    }
    tell(
        List.of(
            new SwarmEvent.PeerJoined(
                by.name, PathEstimate.UNKNOWN, SwarmEvent.Standing.HOLDER, false),
            new SwarmEvent.PeerReads(by.name, true)));
  }

  private void closed(CrowdNode by, int transferId) {
    if (readers.isOpen(by, transferId)) {
      readers.forget(by.name);
      tell(new SwarmEvent.PeerReads(by.name, false));
    }
  }

  private void probed(CrowdNode by) {
    if (!gone) {
      readers.answer(() -> by.soon(() -> by.tell(new SwarmEvent.PeerAnswers(name))));
    }
  }

  private void cancelled(CrowdNode by, int first, int count) {
    readers.cancel(by, first, count);
  }

  private void asked(CrowdNode by, int transferId, int first, int count) {
    if (gone || withholds || !readers.isOpen(by, transferId)) {
      return;
    }
    for (int chunk = first; chunk < first + count; chunk++) {
      if (!shelf.holds(chunk)) {
        throw broken("is asked for chunk %d and has not said to have it".formatted(chunk), 0);
      }
      Payload payload = lies ? crowd.content().forged(chunk) : crowd.content().genuine(chunk);
      readers.send(by, transferId, payload);
    }
  }
}
