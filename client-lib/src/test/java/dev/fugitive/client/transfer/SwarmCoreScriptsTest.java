package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Scripts without sense or order: the core keeps its invariants, and always comes to an end. */
class SwarmCoreScriptsTest {
  private static final int STEPS = 300;
  private static final long LONGEST_NANOS = 600_000_000_000L;

  @Property(tries = 400, seed = "20261123")
  void anyScriptKeepsTheInvariantsAndEnds(@ForAll long seed) {
    new Script(new SplittableRandom(seed)).play();
  }

  /** One script, made up as it is played. */
  private static final class Script {
    private final SplittableRandom random;
    private final int chunks;
    private final SwarmCore core;
    private final List<SwarmAction.Request> requests = new ArrayList<>();
    private long nowNanos;
    private long wakeNanos = Long.MAX_VALUE;
    private int range;
    private int opened;

    Script(SplittableRandom random) {
      this.random = random;
      this.chunks = 1 + random.nextInt(300);
      FetchPolicy policy = random.nextBoolean() ? FetchPolicy.OFFLOAD : FetchPolicy.LATENCY;
      this.core =
          new SwarmCore(Peers.content(chunks), Peers.named(0), policy, random.nextBoolean(), 0);
    }

    void play() {
      for (int step = 0; step < STEPS && !core.isDone(); step++) {
        nowNanos += random.nextLong(50_000_000);
        List<SwarmEvent> events = new ArrayList<>();
        for (int count = random.nextInt(4); count >= 0; count--) {
          events.add(event());
        }
        tell(events);
      }
      endsByItself();
      assertThat(core.on(new SwarmEvent.Tick(), nowNanos)).isEmpty();
    }

    /** Nothing happens any more; only time passes. */
    private void endsByItself() {
      long limitNanos = nowNanos + LONGEST_NANOS;
      while (!core.isDone()) {
        assertThat(wakeNanos).isLessThan(limitNanos);
        nowNanos = Math.max(nowNanos, wakeNanos);
        tell(List.of(new SwarmEvent.Tick()));
      }
    }

    private void tell(List<SwarmEvent> events) {
      for (SwarmAction action : core.on(events, nowNanos)) {
        switch (action) {
          case SwarmAction.WakeAt(var nanos) -> wakeNanos = nanos;
          case SwarmAction.Request request -> requests.add(request);
          case SwarmAction.OpenOrigin origin -> {
            range = origin.rangeId();
            opened = origin.fromChunk();
          }
          default -> {}
        }
      }
      core.checkInvariant();
    }

    private SwarmEvent event() {
      PeerId peer = Peers.named(1 + random.nextInt(40));
      int first = random.nextInt(chunks);
      int count = 1 + random.nextInt(Math.min(8, chunks - first));
      return switch (random.nextInt(20)) {
        case 0, 1 -> new SwarmEvent.PeerJoined(peer, path(), standing(), true);
        case 2, 3 -> new SwarmEvent.PeerHas(peer, ChunkSet.range(first, first + count));
        case 4 -> new SwarmEvent.PeerHas(peer, ChunkSet.range(0, chunks));
        case 5 ->
            new SwarmEvent.PeerRefused(
                peer,
                random.nextBoolean() ? RefusalReason.BUSY : RefusalReason.DONT_HAVE,
                random.nextLong(20_000_000_000L));
        case 6 -> new SwarmEvent.PeerLied(peer, "lie");
        case 7 -> new SwarmEvent.PeerLeft(peer, "left");
        case 8 -> new SwarmEvent.ChunksArrived(peer, first, count);
        case 9 -> new SwarmEvent.DemandMoved(random.nextLong(chunks * 16_384L + 1));
        case 10 -> new SwarmEvent.OriginArrived(random.nextInt(range + 2), first, count);
        case 11 -> new SwarmEvent.OriginFailed(random.nextInt(range + 2), "broke");
        case 12 -> new SwarmEvent.OriginEnded(random.nextInt(range + 2));
        case 13 -> new SwarmEvent.OriginArrived(range, opened, 1);
        case 14, 15 -> new SwarmEvent.PeerReads(peer, random.nextInt(3) > 0);
        case 16 ->
            random.nextInt(50) == 0
                ? new SwarmEvent.OriginIgnoresRanges()
                : new SwarmEvent.PeerReads(peer, true);
        case 17 -> new SwarmEvent.PeerAnswers(peer);
        default -> answer(peer, first, count);
      };
    }

    /** What was asked for comes, from whom it was asked. */
    private SwarmEvent answer(PeerId peer, int first, int count) {
      if (requests.isEmpty()) {
        return new SwarmEvent.ChunksArrived(peer, first, count);
      }
      SwarmAction.Request request = requests.remove(random.nextInt(requests.size()));
      return new SwarmEvent.ChunksArrived(
          request.peer(), request.firstChunk(), request.chunkCount());
    }

    private SwarmEvent.Standing standing() {
      return switch (random.nextInt(4)) {
        case 0 -> SwarmEvent.Standing.FELLOW;
        case 1 -> SwarmEvent.Standing.RELAY;
        case 2 -> SwarmEvent.Standing.HOLDER;
        default -> SwarmEvent.Standing.SENDER;
      };
    }

    private PathEstimate path() {
      return random.nextBoolean()
          ? PathEstimate.UNKNOWN
          : new PathEstimate(random.nextDouble(1e3, 1e9), 1 + random.nextLong(500_000_000));
    }
  }
}
