package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Many cores that fetch one content at the same time from one origin and from each other, on a
 * virtual clock. Every node and the origin have an uplink that serves its flows in turns, a chunk
 * each; the way between any two takes half a round trip. Invariants are checked at every step.
 */
final class CrowdSimulation {
  private static final long MILLI = 1_000_000;
  private static final long LIMIT_NANOS = 600_000 * MILLI;
  private static final long HAVE_INTERVAL_NANOS = 50 * MILLI;
  private static final int CHUNK = ContentId.CHUNK_BYTES;

  private final ContentId id;
  private final long oneWayNanos;
  private final PriorityQueue<Due> agenda = new PriorityQueue<>();
  private final Map<PeerId, Node> nodes = new LinkedHashMap<>();
  private final Uplink origin;
  private boolean originIgnoresRanges;
  private long originChunks;
  private long nowNanos;
  private long sequence;
  private long steps;

  private record Due(long atNanos, long sequence, Runnable action) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  CrowdSimulation(int chunks, double originMegabits, long roundTripMillis) {
    this.id = Peers.content(chunks);
    this.origin = new Uplink(originMegabits);
    this.oneWayNanos = roundTripMillis * MILLI / 2;
  }

  CrowdSimulation withoutRanges() {
    originIgnoresRanges = true;
    return this;
  }

  /** Nodes that all know each other. */
  CrowdSimulation fullMesh(int count, double megabits) {
    for (int name = 1; name <= count; name++) {
      node(name, megabits);
    }
    nodes.values().forEach(node -> node.neighbours.addAll(nodes.values()));
    nodes.values().forEach(node -> node.neighbours.remove(node));
    return this;
  }

  /** Nodes in a ring, each with some neighbours more, chosen by a seed. */
  CrowdSimulation sparseMesh(int count, double megabits, int degree, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int name = 1; name <= count; name++) {
      node(name, megabits);
    }
    List<Node> all = List.copyOf(nodes.values());
    for (int at = 0; at < count; at++) {
      link(all.get(at), all.get((at + 1) % count));
      while (all.get(at).neighbours.size() < degree) {
        link(all.get(at), all.get(random.nextInt(count)));
      }
    }
    return this;
  }

  private static void link(Node one, Node other) {
    if (one != other && !one.neighbours.contains(other)) {
      one.neighbours.add(other);
      other.neighbours.add(one);
    }
  }

  private void node(int name, double megabits) {
    Node node = new Node(Peers.named(name), megabits);
    nodes.put(node.name, node);
  }

  List<Node> nodes() {
    return List.copyOf(nodes.values());
  }

  /** Runs until everybody who is left has everything. */
  CrowdSimulation run() {
    nodes.values().forEach(node -> at(node.startsNanos, node::start));
    while (!agenda.isEmpty() && nodes.values().stream().anyMatch(Node::isUnderWay)) {
      Due due = agenda.remove();
      nowNanos = due.atNanos();
      assertThat(nowNanos).isLessThan(LIMIT_NANOS);
      steps++;
      due.action().run();
    }
    return this;
  }

  double lastSeconds() {
    return nodes.values().stream().mapToLong(node -> node.endedNanos).max().orElse(0) / 1e9;
  }

  /** How often the origin has sent the content. */
  double originCopies() {
    return (double) originChunks / id.chunkCount();
  }

  long steps() {
    return steps;
  }

  /** What no way of sharing beats: max{F/us, N F/(us + sum of ui)}. */
  double boundSeconds() {
    double ups = nodes.values().stream().mapToDouble(node -> node.up.bytesPerSecond).sum();
    double bytes = id.length();
    return Math.max(
        bytes / origin.bytesPerSecond, nodes.size() * bytes / (origin.bytesPerSecond + ups));
  }

  private void at(long atNanos, Runnable action) {
    agenda.add(new Due(atNanos, sequence++, action));
  }

  private void soon(Runnable action) {
    at(nowNanos + oneWayNanos, action);
  }

  /** Sends chunks of its flows in turns. */
  private final class Uplink {
    private record Sending(int chunk, Runnable sent, Runnable arrival) {}

    private final double bytesPerSecond;
    private final Map<Object, Deque<Sending>> flows = new LinkedHashMap<>();
    private boolean busy;

    Uplink(double megabits) {
      this.bytesPerSecond = megabits * 1e6 / 8;
    }

    void send(Object flow, int chunk, Runnable sent, Runnable arrival) {
      flows.computeIfAbsent(flow, key -> new ArrayDeque<>()).add(new Sending(chunk, sent, arrival));
      next();
    }

    void forget(Object flow) {
      flows.remove(flow);
    }

    void cancel(Object flow, int first, int count) {
      Deque<Sending> queue = flows.get(flow);
      if (queue != null) {
        queue.removeIf(sending -> sending.chunk() >= first && sending.chunk() < first + count);
        if (queue.isEmpty()) {
          flows.remove(flow);
        }
      }
    }

    private void next() {
      if (busy || flows.isEmpty()) {
        return;
      }
      Map.Entry<Object, Deque<Sending>> turn = flows.entrySet().iterator().next();
      Sending sending = turn.getValue().remove();
      flows.remove(turn.getKey());
      if (!turn.getValue().isEmpty()) {
        flows.put(turn.getKey(), turn.getValue());
      }
      busy = true;
      at(
          nowNanos + (long) (CHUNK * 1e9 / bytesPerSecond),
          () -> {
            busy = false;
            sending.sent().run();
            soon(sending.arrival());
            next();
          });
    }
  }

  /** One who fetches. */
  final class Node {
    private final PeerId name;
    private final Uplink up;
    private final List<Node> neighbours = new ArrayList<>();
    private final Map<PeerId, Integer> told = new HashMap<>();
    private final BitSet here = new BitSet();
    private @Nullable SwarmCore core;
    private @Nullable SwarmAction end;
    private long startsNanos;
    private long endedNanos;
    private long wakeNanos = Long.MAX_VALUE;
    private boolean gone;
    private boolean stuck;
    private boolean telling;
    private int range = -1;

    Node(PeerId name, double megabits) {
      this.name = name;
      this.up = new Uplink(megabits);
    }

    Node startsAt(long millis) {
      startsNanos = millis * MILLI;
      return this;
    }

    /** It is there from the beginning, and has everything. */
    Node seeds() {
      here.set(0, id.chunkCount());
      return this;
    }

    Node vanishesAt(long millis) {
      at(millis * MILLI, this::vanish);
      return this;
    }

    /** From then on it reads nothing from the origin, and says nothing about that. */
    Node isStuckAt(long millis) {
      at(millis * MILLI, () -> stuck = true);
      return this;
    }

    boolean hasFinished() {
      return end instanceof SwarmAction.Finished;
    }

    private boolean isUnderWay() {
      return !gone && end == null && here.cardinality() < id.chunkCount();
    }

    private void start() {
      if (gone || here.cardinality() == id.chunkCount()) {
        return;
      }
      core = new SwarmCore(id, name, FetchPolicy.OFFLOAD, true, nowNanos);
      List<SwarmEvent> events = new ArrayList<>();
      events.add(new SwarmEvent.DemandMoved(0));
      for (Node other : neighbours) {
        if (!other.gone) {
          events.add(new SwarmEvent.PeerJoined(other.name, PathEstimate.UNKNOWN, false));
        }
      }
      tell(events);
    }

    private void vanish() {
      gone = true;
      up.flows.clear();
      origin.forget(this);
      neighbours.forEach(
          other -> soon(() -> other.tell(List.of(new SwarmEvent.PeerLeft(name, "vanished")))));
    }

    private void tell(List<SwarmEvent> events) {
      SwarmCore mine = core;
      if (gone || mine == null || mine.isDone()) {
        return;
      }
      List<SwarmAction> actions = mine.on(events, nowNanos);
      mine.checkInvariant();
      actions.forEach(this::perform);
    }

    private void perform(SwarmAction action) {
      switch (action) {
        case SwarmAction.Open(var peer) -> soon(() -> node(peer).opened(this));
        case SwarmAction.Request(var peer, var first, var count) ->
            soon(() -> node(peer).asked(this, first, count));
        case SwarmAction.Cancel(var peer, var first, var count) ->
            soon(() -> node(peer).cancelled(this, first, count));
        case SwarmAction.Close(var peer) -> soon(() -> node(peer).closed(this));
        case SwarmAction.Ban ban -> throw new AssertionError(ban);
        case SwarmAction.OpenOrigin open -> read(open);
        case SwarmAction.CancelOrigin ignored -> {
          range = -1;
          origin.forget(this);
        }
        case SwarmAction.WakeAt(var nanos) -> {
          wakeNanos = nanos;
          at(Math.max(nanos, nowNanos), () -> wake(nanos));
        }
        case SwarmAction.Finished finished -> ended(finished);
        case SwarmAction.Failed failed -> ended(failed);
      }
    }

    private void ended(SwarmAction how) {
      end = how;
      endedNanos = nowNanos;
    }

    private void wake(long nanos) {
      if (nanos == wakeNanos) {
        tell(List.of(new SwarmEvent.Tick()));
      }
    }

    private Node node(PeerId peer) {
      return Objects.requireNonNull(nodes.get(peer));
    }

    // ---- the origin

    private void read(SwarmAction.OpenOrigin open) {
      range = open.rangeId();
      if (stuck) {
        return;
      }
      at(
          nowNanos + 2 * oneWayNanos,
          () -> {
            if (range == open.rangeId()) {
              readOn(open, originIgnoresRanges ? 0 : open.fromChunk());
            }
          });
    }

    /** TCP keeps a few chunks under way; what was sent when the range is cancelled is lost. */
    private void readOn(SwarmAction.OpenOrigin open, int chunk) {
      if (range != open.rangeId() || gone || stuck) {
        return;
      }
      if (originIgnoresRanges && open.fromChunk() > 0 && chunk == 0) {
        tell(List.of(new SwarmEvent.OriginIgnoresRanges()));
      }
      boolean last = chunk + 1 == open.untilChunk();
      origin.send(
          this,
          chunk,
          () -> {
            originChunks++;
            if (!last) {
              readOn(open, chunk + 1);
            }
          },
          () -> came(open, chunk, last));
    }

    private void came(SwarmAction.OpenOrigin open, int chunk, boolean last) {
      if (range != open.rangeId()) {
        return;
      }
      if (chunk >= open.fromChunk()) {
        arrived(new SwarmEvent.OriginArrived(open.rangeId(), chunk, 1), chunk);
      }
      if (last && range == open.rangeId()) {
        range = -1;
        tell(List.of(new SwarmEvent.OriginEnded(open.rangeId())));
      }
    }

    private void arrived(SwarmEvent event, int chunk) {
      here.set(chunk);
      tellNeighbours();
      tell(List.of(event, new SwarmEvent.DemandMoved((long) here.nextClearBit(0) * CHUNK)));
    }

    // ---- as a source

    private void opened(Node by) {
      if (gone) {
        return;
      }
      if (core == null && here.isEmpty()) {
        soon(() -> by.tell(List.of(new SwarmEvent.PeerRefused(name, RefusalReason.DONT_HAVE, 0))));
        return;
      }
      told.put(by.name, -1);
      tellNeighbour(by);
      SwarmCore mine = core;
      if (mine != null && !mine.isDone()) {
        tell(
            List.of(
                new SwarmEvent.PeerJoined(by.name, PathEstimate.UNKNOWN, true),
                new SwarmEvent.PeerReads(by.name, true)));
      }
    }

    private void closed(Node by) {
      told.remove(by.name);
      up.forget(by);
      tell(List.of(new SwarmEvent.PeerReads(by.name, false)));
    }

    private void tellNeighbours() {
      if (telling) {
        return;
      }
      telling = true;
      at(
          nowNanos + HAVE_INTERVAL_NANOS,
          () -> {
            telling = false;
            List.copyOf(told.keySet()).forEach(peer -> tellNeighbour(node(peer)));
          });
    }

    private void tellNeighbour(Node other) {
      int before = told.getOrDefault(other.name, 0);
      if (gone || here.cardinality() == before) {
        return;
      }
      told.put(other.name, here.cardinality());
      ChunkSet held = ChunkSet.EMPTY;
      for (int chunk = here.nextSetBit(0); chunk >= 0; chunk = here.nextSetBit(chunk)) {
        int end = here.nextClearBit(chunk);
        held = held.union(ChunkSet.range(chunk, end));
        chunk = end;
      }
      SwarmEvent has = new SwarmEvent.PeerHas(name, held);
      soon(() -> other.tell(List.of(has)));
    }

    private void cancelled(Node by, int first, int count) {
      up.cancel(by, first, count);
    }

    private void asked(Node by, int first, int count) {
      if (gone || !told.containsKey(by.name)) {
        return;
      }
      for (int chunk = first; chunk < first + count; chunk++) {
        int sent = chunk;
        up.send(
            by,
            sent,
            () -> {},
            () -> {
              if (!by.gone && !by.here.get(sent)) {
                by.arrived(new SwarmEvent.ChunksArrived(name, sent, 1), sent);
              } else {
                by.tell(List.of(new SwarmEvent.ChunksArrived(name, sent, 1)));
              }
            });
      }
    }
  }
}
