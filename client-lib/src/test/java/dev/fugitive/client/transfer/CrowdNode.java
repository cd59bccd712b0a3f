package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.SimulatedContent.Payload;
import dev.fugitive.client.wire.PeerCodec;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.Member;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import dev.fugitive.client.wire.WireLimits;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One node of a {@link CrowdSimulation}: the real core with its credits, and around it, by the
 * clock alone, what sessions, uploads and the reader do.
 */
final class CrowdNode {
  private static final long MILLI = 1_000_000;
  private static final PeerCodec CODEC = new PeerCodec();
  private static final int CHUNK = ContentId.CHUNK_BYTES;

  /** As uploads do: all readers together are told 50 times a second, each at least twice. */
  private static final long HAVE_NANOS = 20 * MILLI;

  private static final long MIN_HAVE_INTERVAL_NANOS = 50 * MILLI;
  private static final long MAX_HAVE_INTERVAL_NANOS = 500 * MILLI;

  /** Just before silence is noticed. */
  private static final long WITHHOLDING_HAVE_NANOS = 1900 * MILLI;

  private final CrowdSimulation crowd;
  private final VirtualClock clock;
  private final PeerId name;
  private final int ordinal;
  private final VirtualUplink up;
  private final List<CrowdNode> neighbours = new ArrayList<>();

  /** What we have open at others. */
  private final Map<PeerId, Slot> slots = new HashMap<>();

  /** Who has it open at us. */
  private final Map<PeerId, Reader> readers = new LinkedHashMap<>();

  private final BitSet here = new BitSet();
  private final Payload[] store;
  private @Nullable SwarmCore core;
  private @Nullable SwarmAction end;
  private int lives = 1;
  private long startsNanos;
  private long lagNanos;
  private long endedNanos;
  private long wakeNanos = Long.MAX_VALUE;
  private long timerNanos = Long.MAX_VALUE;
  private boolean seeds;
  private boolean lies;
  private boolean withholds;
  private boolean invents;
  private boolean inventsNew;
  private boolean gone;
  private boolean stuck;
  private boolean telling;
  private int range = -1;
  private int readChunks;
  private int forgedChunks;
  private long wastedBytes;
  private int toldMessages;
  private long toldBytes;

  private record Slot(int transferId, Credits credits) {}

  private static final class Reader {
    private final CrowdNode node;
    private final int transferId;
    private int told = -1;

    Reader(CrowdNode node, int transferId) {
      this.node = node;
      this.transferId = transferId;
    }
  }

  CrowdNode(CrowdSimulation crowd, int ordinal, double megabits) {
    this.crowd = crowd;
    this.clock = crowd.clock();
    this.ordinal = ordinal;
    this.name = Peers.named(ordinal);
    this.up = new VirtualUplink(clock, crowd.oneWayNanos(), megabits);
    this.store = new Payload[chunkCount()];
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
    here.set(0, chunkCount());
    for (int chunk = 0; chunk < store.length; chunk++) {
      store[chunk] = crowd.content().genuine(chunk);
    }
    return this;
  }

  /** It says to have everything, and sends other bytes. */
  CrowdNode lies() {
    lies = true;
    here.set(0, chunkCount());
    return this;
  }

  /**
   * It says again and again to have everything, asks for it as a fellow does, and sends nothing.
   */
  CrowdNode withholds() {
    withholds = true;
    here.set(0, chunkCount());
    return this;
  }

  CrowdNode vanishesAt(long millis) {
    clock.at(millis * MILLI, this::vanish);
    return this;
  }

  /** It is there again, with nothing of what it had. */
  CrowdNode comesBackAt(long millis) {
    lives++;
    clock.at(millis * MILLI, this::comeBack);
    return this;
  }

  /** From then on it reads nothing from the origin, and says nothing about that. */
  CrowdNode isStuckAt(long millis) {
    clock.at(millis * MILLI, () -> stuck = true);
    return this;
  }

  /**
   * It tells of members that do not exist.
   *
   * @param ever of others with every message
   */
  CrowdNode invents(boolean ever) {
    invents = true;
    inventsNew = ever;
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

  private void soon(Runnable action) {
    clock.after(crowd.oneWayNanos() + lagNanos, action);
  }

  /** What has come is heard of when this node is not busy. */
  private void late(Runnable action) {
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
    return lives;
  }

  // ---- what came of it

  PeerId name() {
    return name;
  }

  double uplinkBytesPerSecond() {
    return up.bytesPerSecond();
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

  /** Messages about who is in the crowd that it has sent. */
  int toldMessages() {
    return toldMessages;
  }

  /** Bytes of these messages. */
  long toldBytes() {
    return toldBytes;
  }

  private int chunkCount() {
    return crowd.content().id().chunkCount();
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

  private void vanish() {
    if (gone) {
      return;
    }
    gone = true;
    if (end == null) {
      crowd.noteEnd();
    }
    up.forgetAll();
    crowd.origin().forget(this);
    slots.clear();
    readers.clear();
    range = -1;
    core = null;
    for (CrowdNode other : neighbours) {
      other.soon(() -> other.left(this));
    }
  }

  private void comeBack() {
    gone = false;
    end = null;
    wakeNanos = Long.MAX_VALUE;
    timerNanos = Long.MAX_VALUE;
    telling = false;
    here.clear();
    readChunks = 0;
    startsNanos = clock.nowNanos();
    start();
  }

  private void left(CrowdNode other) {
    slots.remove(other.name);
    Reader reader = readers.remove(other.name);
    if (reader != null) {
      up.forget(reader);
    }
    tell(List.of(new SwarmEvent.PeerLeft(other.name, "vanished")));
  }

  // ---- the core

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

  private AssertionError broken(String what, long expected) {
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
      case SwarmAction.Ban(var peer, var reason) -> {
        note(5, reason.length(), 0);
        close(peer);
      }
      case SwarmAction.OpenOrigin open -> read(open);
      case SwarmAction.CancelOrigin(var cancelled) -> {
        note(7, cancelled, 0);
        range = -1;
        crowd.origin().forget(this);
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
    deliverMembers(peer, slot, invents ? invented() : members);
  }

  /** As many as may be told of, of less rank than anybody else, and all of them at work. */
  private List<Member> invented() {
    long first = inventsNew ? 100L * toldMessages : 0;
    List<Member> ghosts = new ArrayList<>();
    for (int ghost = 0; ghost < WireLimits.MAX_MEMBERS; ghost++) {
      long rank = Long.MIN_VALUE + ((long) ordinal << 32) + first + ghost;
      ghosts.add(new Member(rank, 1, toldMessages % 100));
    }
    return ghosts;
  }

  private void deliverMembers(PeerId peer, Slot slot, List<Member> members) {
    PeerMessage.Members message = new PeerMessage.Members(slot.transferId(), members);
    toldMessages++;
    toldBytes += CODEC.encode(message).remaining();
    soon(peer, node -> node.hears(this, slot.transferId(), members));
  }

  private void hears(CrowdNode from, int transferId, List<Member> members) {
    Reader reader = readers.get(from.name);
    if (reader != null && reader.transferId == transferId) {
      tell(List.of(new SwarmEvent.PeerTells(from.name, members)));
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
    note(how instanceof SwarmAction.Finished ? 9 : 10, readChunks, 0);
    if (how instanceof SwarmAction.Finished && readChunks < chunkCount()) {
      throw broken("chunks read: " + readChunks, chunkCount());
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
      int life = lives;
      clock.at(nanos, () -> rang(nanos, life));
    }
  }

  private void rang(long nanos, int life) {
    if (nanos != timerNanos || life != lives || gone) {
      return;
    }
    timerNanos = Long.MAX_VALUE;
    if (nanos < wakeNanos) {
      wakeAt(wakeNanos);
    } else {
      tell(List.of(new SwarmEvent.Tick()));
    }
  }

  // ---- the origin

  private void read(SwarmAction.OpenOrigin open) {
    note(6, open.fromChunk(), open.untilChunk());
    range = open.rangeId();
    if (stuck) {
      return;
    }
    SwarmCore mine = core;
    clock.after(
        2 * crowd.oneWayNanos() + crowd.stallNanos(),
        () -> {
          if (isReading(open, mine)) {
            readOn(open, mine, crowd.originIgnoresRanges() ? 0 : open.fromChunk());
          }
        });
  }

  private boolean isReading(SwarmAction.OpenOrigin open, @Nullable SwarmCore by) {
    return range == open.rangeId() && core == by && !gone && !stuck;
  }

  /** TCP keeps a few chunks under way; what was sent when the range is cancelled is lost. */
  private void readOn(SwarmAction.OpenOrigin open, @Nullable SwarmCore by, int chunk) {
    if (crowd.originIgnoresRanges() && open.fromChunk() > 0 && chunk == 0) {
      tell(List.of(new SwarmEvent.OriginIgnoresRanges()));
      if (!isReading(open, by)) {
        return;
      }
    }
    boolean last = chunk + 1 == open.untilChunk();
    crowd
        .origin()
        .send(
            this,
            chunk,
            () -> {
              crowd.noteOriginChunk();
              if (!last && isReading(open, by)) {
                readOn(open, by, chunk + 1);
              }
            },
            () -> late(() -> cameFromOrigin(open, by, chunk, last)));
  }

  private void cameFromOrigin(
      SwarmAction.OpenOrigin open, @Nullable SwarmCore by, int chunk, boolean last) {
    if (range != open.rangeId() || core != by || gone) {
      return;
    }
    if (chunk >= open.fromChunk()) {
      keep(new SwarmEvent.OriginArrived(open.rangeId(), chunk, 1), crowd.content().genuine(chunk));
    }
    if (last && range == open.rangeId()) {
      range = -1;
      tell(List.of(new SwarmEvent.OriginEnded(open.rangeId())));
    }
  }

  // ---- as a reader

  private void refused(CrowdNode by, int transferId, RefusalReason reason) {
    if (isOpen(by, transferId)) {
      slots.remove(by.name);
      tell(List.of(new SwarmEvent.PeerRefused(by.name, reason, 0)));
    }
  }

  private void told(CrowdNode by, int transferId, ChunkSet held) {
    if (isOpen(by, transferId)) {
      tell(List.of(new SwarmEvent.PeerHas(by.name, held)));
    }
  }

  private boolean isOpen(CrowdNode at, int transferId) {
    Slot slot = slots.get(at.name);
    return slot != null && slot.transferId() == transferId;
  }

  private void came(CrowdNode from, int transferId, Payload payload) {
    Slot slot = slots.get(from.name);
    if (slot == null || slot.transferId() != transferId) {
      return;
    }
    if (!slot.credits().take(payload.chunk(), 1)) {
      throw broken("got chunk %d and did not ask for it".formatted(payload.chunk()), 0);
    }
    if (!payload.proves()) {
      forgedChunks++;
      tell(List.of(new SwarmEvent.PeerLied(from.name, "corrupt")));
      return;
    }
    keep(new SwarmEvent.ChunksArrived(from.name, payload.chunk(), 1), payload);
  }

  private void keep(SwarmEvent event, Payload payload) {
    if (!here.get(payload.chunk())) {
      here.set(payload.chunk());
      store[payload.chunk()] = payload;
      tellReadersSoon();
    }
    readOn();
    tell(List.of(event, new SwarmEvent.DemandMoved((long) readChunks * CHUNK)));
  }

  /** Takes what is next in order: nothing but the content's own bytes may come to the reader. */
  private void readOn() {
    while (here.get(readChunks)) {
      Payload payload = store[readChunks];
      Payload genuine = crowd.content().genuine(readChunks);
      if (!payload.bytes().equals(genuine.bytes())) {
        throw broken("a reader was given other bytes as chunk " + readChunks, 0);
      }
      readChunks++;
    }
  }

  // ---- as a source

  private void opened(CrowdNode by, int transferId) {
    if (gone) {
      return;
    }
    if (core == null && here.isEmpty()) {
      by.soon(() -> by.refused(this, transferId, RefusalReason.DONT_HAVE));
      return;
    }
    Reader reader = new Reader(by, transferId);
    Reader before = readers.put(by.name, reader);
    if (before != null) {
      up.forget(before);
    }
    tellReader(reader, ChunkSet.copyOf(here));
    if (withholds) {
      open(by.name);
      insist(reader);
      return;
    }
    tell(
        List.of(
            new SwarmEvent.PeerJoined(
                by.name, PathEstimate.UNKNOWN, SwarmEvent.Standing.HOLDER, false),
            new SwarmEvent.PeerReads(by.name, true)));
  }

  private void insist(Reader reader) {
    clock.after(
        WITHHOLDING_HAVE_NANOS,
        () -> {
          if (readers.get(reader.node.name) == reader && reader.node.end == null) {
            reader.told = -1;
            tellReader(reader, ChunkSet.copyOf(here));
            insist(reader);
          }
        });
  }

  private void closed(CrowdNode by, int transferId) {
    Reader reader = readers.get(by.name);
    if (reader == null || reader.transferId != transferId) {
      return;
    }
    readers.remove(by.name);
    up.forget(reader);
    tell(List.of(new SwarmEvent.PeerReads(by.name, false)));
  }

  private void tellReadersSoon() {
    if (telling) {
      return;
    }
    telling = true;
    int life = lives;
    long interval =
        Math.clamp(readers.size() * HAVE_NANOS, MIN_HAVE_INTERVAL_NANOS, MAX_HAVE_INTERVAL_NANOS);
    clock.after(
        interval,
        () -> {
          if (!gone && life == lives) {
            telling = false;
            ChunkSet held = ChunkSet.copyOf(here);
            readers.values().forEach(reader -> tellReader(reader, held));
          }
        });
  }

  private void tellReader(Reader reader, ChunkSet held) {
    int count = here.cardinality();
    if (count > reader.told) {
      reader.told = count;
      reader.node.soon(() -> reader.node.told(this, reader.transferId, held));
    }
  }

  private void cancelled(CrowdNode by, int first, int count) {
    Reader reader = readers.get(by.name);
    if (reader != null) {
      up.cancel(reader, first, count);
    }
  }

  private void asked(CrowdNode by, int transferId, int first, int count) {
    Reader reader = readers.get(by.name);
    if (gone || withholds || reader == null || reader.transferId != transferId) {
      return;
    }
    for (int chunk = first; chunk < first + count; chunk++) {
      if (!here.get(chunk)) {
        throw broken("is asked for chunk %d and has not said to have it".formatted(chunk), 0);
      }
      Payload payload = lies ? crowd.content().forged(chunk) : crowd.content().genuine(chunk);
      int waiting =
          up.send(reader, chunk, () -> {}, () -> by.late(() -> by.came(this, transferId, payload)));
      if ((long) waiting * CHUNK > RequestWindow.CEILING_BYTES) {
        throw broken(
            "bytes queued for one reader: " + waiting * CHUNK, RequestWindow.CEILING_BYTES);
      }
    }
  }
}
