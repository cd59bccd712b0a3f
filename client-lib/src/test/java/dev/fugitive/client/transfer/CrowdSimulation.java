package dev.fugitive.client.transfer;

import dev.fugitive.client.peer.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Many real cores that fetch one content at the same time from one origin and from each other, on a
 * virtual clock. Every node and the origin have an uplink that serves its flows in turns, a chunk
 * each; the way between any two takes half a round trip.
 *
 * <p>After every step: time has not gone back; who is not done has a timer pending; what is
 * outstanding at a peer and what waits at it for one reader is within the largest window; nobody
 * sends what was not asked, or asks what was not said to be there; the reader gets nothing but
 * verified bytes. The core's own invariants, which look at all of its state, are checked after
 * every step of a small crowd and after every {@value #WHOLE_CHECK_STEPS}th of a large one.
 *
 * <p>A step costs what its node has to do, however many nodes there are: nothing goes over all of
 * them but the beginning and the end.
 */
final class CrowdSimulation {
  private static final long MILLI = 1_000_000;
  private static final long LIMIT_NANOS = 7_200_000 * MILLI;
  private static final int LARGE_CROWD = 100;
  private static final int WHOLE_CHECK_STEPS = 61;

  private final SimulatedContent content;
  private final long oneWayNanos;
  private final VirtualClock clock = new VirtualClock();
  private final List<CrowdNode> nodes = new ArrayList<>();
  private final Map<PeerId, CrowdNode> byName = new HashMap<>();
  private final VirtualUplink origin;
  private FetchPolicy policy = FetchPolicy.OFFLOAD;
  private boolean originIgnoresRanges;
  private int stallMillis;
  private SplittableRandom stalls = new SplittableRandom(1);
  private long originChunks;
  private int transferIds;
  private int unfinished;

  CrowdSimulation(int chunks, double originMegabits, long roundTripMillis) {
    this.content = new SimulatedContent(chunks);
    this.oneWayNanos = roundTripMillis * MILLI / 2;
    this.origin = new VirtualUplink(clock, oneWayNanos, originMegabits);
  }

  CrowdSimulation withoutRanges() {
    originIgnoresRanges = true;
    return this;
  }

  /** The first chunk of a range comes up to so much later, as where packets are lost. */
  CrowdSimulation withStalls(int atMostMillis, long seed) {
    stallMillis = atMostMillis;
    stalls = new SplittableRandom(seed);
    return this;
  }

  long stallNanos() {
    return stallMillis == 0 ? 0 : stalls.nextInt(stallMillis) * MILLI;
  }

  CrowdSimulation policy(FetchPolicy chosen) {
    policy = chosen;
    return this;
  }

  /** Nodes that all know each other. */
  CrowdSimulation fullMesh(int count, double megabits) {
    add(count, megabits);
    nodes.forEach(node -> nodes.forEach(node::link));
    return this;
  }

  /**
   * Nodes in so many rings as make the degree, each ring in an order of its own: a connected random
   * graph in which nearly everybody has just so many neighbours, and nobody more.
   */
  CrowdSimulation randomMesh(int count, double megabits, int degree, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    add(count, megabits);
    List<CrowdNode> ring = new ArrayList<>(nodes);
    for (int rings = 0; rings < degree / 2; rings++) {
      for (int at = count - 1; at > 0; at--) {
        int other = random.nextInt(at + 1);
        ring.set(at, ring.set(other, ring.get(at)));
      }
      for (int at = 0; at < count; at++) {
        ring.get(at).link(ring.get((at + 1) % count));
      }
    }
    return this;
  }

  private void add(int count, double megabits) {
    for (int ordinal = 1; ordinal <= count; ordinal++) {
      CrowdNode node = new CrowdNode(this, ordinal, megabits);
      nodes.add(node);
      byName.put(node.name(), node);
    }
  }

  List<CrowdNode> nodes() {
    return nodes;
  }

  /** Runs until everybody who is left has everything, or has failed. */
  CrowdSimulation run() {
    for (CrowdNode node : nodes) {
      unfinished += node.begin();
    }
    while (unfinished > 0) {
      if (clock.isEmpty()) {
        throw new AssertionError("nodes that sleep for ever: " + unfinished + " (expected: 0)");
      }
      clock.step();
      if (clock.nowNanos() > LIMIT_NANOS) {
        throw new AssertionError("nodes unfinished after two hours: " + unfinished);
      }
    }
    return this;
  }

  // ---- what came of it

  double lastSeconds() {
    return nodes.stream().mapToLong(CrowdNode::endedNanos).max().orElse(0) / 1e9;
  }

  /** How often the origin has sent the content. */
  double originCopies() {
    return (double) originChunks / content.id().chunkCount();
  }

  long steps() {
    return clock.steps();
  }

  /** The same for two runs that did the same. */
  long trace() {
    return clock.trace();
  }

  /** What no way of sharing beats: max{F/us, N F/(us + sum of ui)}. */
  double boundSeconds() {
    double ups = nodes.stream().mapToDouble(CrowdNode::uplinkBytesPerSecond).sum();
    double bytes = content.id().length();
    return Math.max(
        bytes / origin.bytesPerSecond(), nodes.size() * bytes / (origin.bytesPerSecond() + ups));
  }

  // ---- for the nodes

  VirtualClock clock() {
    return clock;
  }

  SimulatedContent content() {
    return content;
  }

  FetchPolicy policy() {
    return policy;
  }

  VirtualUplink origin() {
    return origin;
  }

  boolean originIgnoresRanges() {
    return originIgnoresRanges;
  }

  void noteOriginChunk() {
    originChunks++;
  }

  void noteEnd() {
    unfinished--;
  }

  boolean isOver() {
    return unfinished == 0;
  }

  int newTransferId() {
    return ++transferIds;
  }

  long oneWayNanos() {
    return oneWayNanos;
  }

  CrowdNode node(PeerId name) {
    return Objects.requireNonNull(byName.get(name));
  }

  boolean isDueToBeCheckedWhole() {
    return nodes.size() < LARGE_CROWD || clock.steps() % WHOLE_CHECK_STEPS == 0;
  }
}
