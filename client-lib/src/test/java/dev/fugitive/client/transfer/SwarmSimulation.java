package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A core among simulated peers and an origin, on a virtual clock: each has a rate, a round trip and
 * a way to fail. The reader takes every byte as soon as it comes, and its longest wait is noted.
 */
final class SwarmSimulation {
  private static final long MILLI = 1_000_000;
  private static final long LIMIT_NANOS = 3_600_000 * MILLI;

  private final ContentId id;
  private final SwarmCore core;
  private final PriorityQueue<Due> agenda = new PriorityQueue<>();
  private final Map<PeerId, SimulatedPeer> peers = new HashMap<>();
  private final BitSet here = new BitSet();
  private @Nullable SimulatedOrigin origin;
  private long nowNanos;
  private long sequence;
  private long wakeNanos = Long.MAX_VALUE;
  private long advancedNanos;
  private long longestStallNanos;
  private int readChunk;
  private long originChunks;
  private int originOpens;
  private final List<String> bans = new ArrayList<>();
  private @Nullable SwarmAction end;

  private record Due(long atNanos, long sequence, Runnable action) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  SwarmSimulation(int chunks, FetchPolicy policy, boolean withOrigin) {
    this.id = Peers.content(chunks);
    this.core = new SwarmCore(id, Peers.named(0), policy, withOrigin, 0);
  }

  /** An origin of that rate; it breaks after every so many chunks, if that is not 0. */
  SwarmSimulation origin(double bytesPerSecond, long roundTripMillis, int breaksAfterChunks) {
    origin = new SimulatedOrigin(bytesPerSecond, roundTripMillis * MILLI, breaksAfterChunks);
    return this;
  }

  /** A peer that holds everything and behaves, until it is told otherwise. */
  SimulatedPeer peer(int name, double bytesPerSecond, long roundTripMillis) {
    SimulatedPeer peer =
        new SimulatedPeer(Peers.named(name), bytesPerSecond, roundTripMillis * MILLI);
    peers.put(peer.id, peer);
    return peer;
  }

  /** Runs until the core is done. */
  SwarmSimulation run() {
    List<SwarmEvent> first = new ArrayList<>();
    first.add(new SwarmEvent.DemandMoved(0));
    for (SimulatedPeer peer : peers.values()) {
      if (peer.joinsNanos == 0) {
        first.add(
            new SwarmEvent.PeerJoined(
                peer.id, PathEstimate.UNKNOWN, SwarmEvent.Standing.HOLDER, true));
      } else {
        at(
            peer.joinsNanos,
            () ->
                tell(
                    new SwarmEvent.PeerJoined(
                        peer.id, PathEstimate.UNKNOWN, SwarmEvent.Standing.HOLDER, true)));
      }
      peer.schedule();
    }
    tell(first.toArray(SwarmEvent[]::new));
    while (!core.isDone()) {
      step();
    }
    return this;
  }

  private void step() {
    Due due = agenda.peek();
    assertThat(nowNanos).isLessThan(LIMIT_NANOS);
    if (due == null || due.atNanos() > wakeNanos) {
      nowNanos = Math.max(nowNanos, wakeNanos);
      tell(new SwarmEvent.Tick());
      return;
    }
    agenda.remove();
    nowNanos = due.atNanos();
    due.action().run();
  }

  private void at(long atNanos, Runnable action) {
    agenda.add(new Due(atNanos, sequence++, action));
  }

  private void tell(SwarmEvent... events) {
    List<SwarmAction> actions = core.on(List.of(events), nowNanos);
    core.checkInvariant();
    actions.forEach(this::perform);
  }

  private void perform(SwarmAction action) {
    switch (action) {
      case SwarmAction.Open(var peer) -> peer(peer).opened();
      case SwarmAction.Request(var peer, var first, var count) -> peer(peer).asked(first, count);
      case SwarmAction.Cancel(var peer, var first, var count) -> peer(peer).cancelled(first, count);
      case SwarmAction.Close(var peer) -> peer(peer).closed();
      case SwarmAction.Tell ignored -> {}
      case SwarmAction.Probe ignored -> {}
      case SwarmAction.Ban(var peer, var reason) -> {
        bans.add(reason);
        peer(peer).closed();
      }
      case SwarmAction.OpenOrigin open -> origin().opened(open);
      case SwarmAction.CancelOrigin(var range) -> origin().cancelled(range);
      case SwarmAction.WakeAt(var nanos) -> wakeNanos = nanos;
      case SwarmAction.Finished finished -> end = finished;
      case SwarmAction.Failed failed -> end = failed;
    }
  }

  private SimulatedPeer peer(PeerId peer) {
    return Objects.requireNonNull(peers.get(peer));
  }

  private SimulatedOrigin origin() {
    return Objects.requireNonNull(origin);
  }

  /** Chunks came: the reader goes on as far as it can. Returns the event of that, if it did. */
  private List<SwarmEvent> read(int first, int count) {
    here.set(first, first + count);
    int next = here.nextClearBit(readChunk);
    if (next == readChunk) {
      return List.of();
    }
    longestStallNanos = Math.max(longestStallNanos, nowNanos - advancedNanos);
    advancedNanos = nowNanos;
    readChunk = next;
    return List.of(new SwarmEvent.DemandMoved((long) next * ContentId.CHUNK_BYTES));
  }

  private void arrived(SwarmEvent event, int first, int count) {
    List<SwarmEvent> events = new ArrayList<>();
    events.add(event);
    events.addAll(read(first, count));
    tell(events.toArray(SwarmEvent[]::new));
  }

  // ---- what came of it

  boolean isFinished() {
    return end instanceof SwarmAction.Finished;
  }

  @Nullable SwarmAction end() {
    return end;
  }

  double seconds() {
    return nowNanos / 1e9;
  }

  long longestStallMillis() {
    return longestStallNanos / MILLI;
  }

  long wastedBytes() {
    return core.wastedBytes();
  }

  long originBytes() {
    return originChunks * ContentId.CHUNK_BYTES;
  }

  int originOpens() {
    return originOpens;
  }

  List<String> bans() {
    return bans;
  }

  /** Peers' bytes on top of what was needed may not be more than the budget. */
  long wasteLimitBytes() {
    return SwarmLimits.WASTE_BASE_BYTES + (long) (id.length() * SwarmLimits.WASTE_SHARE);
  }

  // ---- who takes part

  /** A holder behind a link that serves one frame after the other. */
  final class SimulatedPeer {
    private final PeerId id;
    private final double bytesPerSecond;
    private final long oneWayNanos;
    private final Map<Integer, Long> queued = new HashMap<>();
    private ChunkSet holdings = ChunkSet.all(SwarmSimulation.this.id);
    private long joinsNanos;
    private long vanishesNanos = Long.MAX_VALUE;
    private long silentFromNanos = Long.MAX_VALUE;
    private long silentUntilNanos = Long.MAX_VALUE;
    private int busyAnswers;
    private boolean liar;
    private boolean open;
    private long freeAtNanos;
    private long epoch;
    private long delivered;

    private SimulatedPeer(PeerId id, double bytesPerSecond, long roundTripNanos) {
      this.id = id;
      this.bytesPerSecond = bytesPerSecond;
      this.oneWayNanos = roundTripNanos / 2;
    }

    SimulatedPeer joinsAt(long millis) {
      joinsNanos = millis * MILLI;
      return this;
    }

    SimulatedPeer vanishesAt(long millis) {
      vanishesNanos = millis * MILLI;
      return this;
    }

    SimulatedPeer isSilent(long fromMillis, long untilMillis) {
      silentFromNanos = fromMillis * MILLI;
      silentUntilNanos = untilMillis * MILLI;
      return this;
    }

    SimulatedPeer isBusy(int answers) {
      busyAnswers = answers;
      return this;
    }

    SimulatedPeer lies() {
      liar = true;
      return this;
    }

    SimulatedPeer holds(int from, int until) {
      holdings = ChunkSet.range(from, until);
      return this;
    }

    long deliveredBytes() {
      return delivered;
    }

    private void schedule() {
      if (vanishesNanos != Long.MAX_VALUE) {
        at(
            vanishesNanos,
            () -> {
              closed();
              tell(new SwarmEvent.PeerLeft(id, "vanished"));
            });
      }
    }

    private boolean isMute() {
      return nowNanos >= vanishesNanos
          || (nowNanos >= silentFromNanos && nowNanos < silentUntilNanos);
    }

    private void opened() {
      at(nowNanos + 2 * oneWayNanos, this::answerOpen);
    }

    private void answerOpen() {
      if (isMute()) {
        return;
      }
      if (busyAnswers > 0) {
        busyAnswers--;
        tell(new SwarmEvent.PeerRefused(id, RefusalReason.BUSY, 100 * MILLI));
        return;
      }
      open = true;
      tell(new SwarmEvent.PeerHas(id, holdings));
    }

    private void asked(int first, int count) {
      for (int chunk = first; chunk < first + count; chunk++) {
        assertThat(queued.put(chunk, epoch)).as("chunk %d asked twice of %s", chunk, id).isNull();
      }
      long mine = epoch;
      at(nowNanos + oneWayNanos, () -> serve(first, count, mine));
    }

    private void serve(int first, int count, long mine) {
      if (mine != epoch || !open || !isQueued(first, count)) {
        return;
      }
      long bytes = (long) count * ContentId.CHUNK_BYTES;
      freeAtNanos = Math.max(freeAtNanos, nowNanos) + (long) (bytes * 1e9 / bytesPerSecond);
      at(freeAtNanos + oneWayNanos, () -> deliver(first, count, mine));
    }

    private boolean isQueued(int first, int count) {
      for (int chunk = first; chunk < first + count; chunk++) {
        if (queued.containsKey(chunk)) {
          return true;
        }
      }
      return false;
    }

    private void deliver(int first, int count, long mine) {
      if (mine != epoch) {
        return;
      }
      if (isMute()) {
        if (silentUntilNanos != Long.MAX_VALUE && nowNanos < vanishesNanos) {
          at(silentUntilNanos, () -> deliver(first, count, mine));
        }
        return;
      }
      for (int chunk = first; chunk < first + count; chunk++) {
        queued.remove(chunk);
      }
      if (liar) {
        closed();
        tell(new SwarmEvent.PeerLied(id, "corrupt"));
        return;
      }
      delivered += (long) count * ContentId.CHUNK_BYTES;
      arrived(new SwarmEvent.ChunksArrived(id, first, count), first, count);
    }

    private void cancelled(int first, int count) {
      for (int chunk = first; chunk < first + count; chunk++) {
        assertThat(queued.remove(chunk)).as("chunk %d was not asked of %s", chunk, id).isNotNull();
      }
    }

    private void closed() {
      open = false;
      epoch++;
      queued.clear();
    }
  }

  /** Sends a range chunk by chunk at its rate. */
  private final class SimulatedOrigin {
    private final double bytesPerSecond;
    private final long roundTripNanos;
    private final int breaksAfterChunks;
    private int live = -1;

    SimulatedOrigin(double bytesPerSecond, long roundTripNanos, int breaksAfterChunks) {
      this.bytesPerSecond = bytesPerSecond;
      this.roundTripNanos = roundTripNanos;
      this.breaksAfterChunks = breaksAfterChunks;
    }

    private void opened(SwarmAction.OpenOrigin range) {
      assertThat(live).as("ranges open at once").isEqualTo(-1);
      originOpens++;
      live = range.rangeId();
      at(nowNanos + roundTripNanos, () -> send(range, range.fromChunk()));
    }

    private void cancelled(int range) {
      live = live == range ? -1 : live;
    }

    private void send(SwarmAction.OpenOrigin range, int chunk) {
      if (live != range.rangeId()) {
        return;
      }
      if (chunk >= range.untilChunk()) {
        live = -1;
        tell(new SwarmEvent.OriginEnded(range.rangeId()));
        return;
      }
      if (breaksAfterChunks > 0 && chunk - range.fromChunk() >= breaksAfterChunks) {
        live = -1;
        tell(new SwarmEvent.OriginFailed(range.rangeId(), "broke"));
        return;
      }
      long nanos = (long) (ContentId.CHUNK_BYTES * 1e9 / bytesPerSecond);
      at(
          nowNanos + nanos,
          () -> {
            if (live == range.rangeId()) {
              originChunks++;
              arrived(new SwarmEvent.OriginArrived(range.rangeId(), chunk, 1), chunk, 1);
              send(range, chunk + 1);
            }
          });
    }
  }
}
