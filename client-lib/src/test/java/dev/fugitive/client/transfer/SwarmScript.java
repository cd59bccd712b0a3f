package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.util.ArrayList;
import java.util.List;

/**
 * A playbook for a core: what happens, and what must be done about it. Time stands still until
 * {@link #after}; wake-ups that the core asked for are given to it on the way.
 *
 * <p>Of a content as many chunks are missing as a script names; it is longer by some that are here
 * from before, so that it is none of the small ones, for which less is waited.
 */
final class SwarmScript {
  static final PathEstimate LAN = new PathEstimate(10e6, 2_000_000);

  private final SwarmCore core;
  private final ContentId id;
  private final List<SwarmEvent> first = new ArrayList<>();
  private final List<SwarmAction> undone = new ArrayList<>();
  private long nowNanos = 1_000_000_000L;
  private long wakeNanos = Long.MAX_VALUE;

  private SwarmScript(ContentId id, FetchPolicy policy, boolean origin) {
    this.id = id;
    this.core = new SwarmCore(id, Peers.named(0), policy, origin, nowNanos);
  }

  private static SwarmScript padded(int chunks, FetchPolicy policy, boolean origin) {
    int longer = chunks + SwarmLimits.SMALL_CHUNKS + SwarmLimits.ORIGIN_SKIP_CHUNKS;
    SwarmScript script = new SwarmScript(Peers.content(longer), policy, origin);
    script.first.add(new SwarmEvent.AlreadyHere(ChunkSet.range(chunks, longer)));
    return script;
  }

  static SwarmScript offload(int chunks) {
    return padded(chunks, FetchPolicy.OFFLOAD, true);
  }

  static SwarmScript latency(int chunks) {
    return padded(chunks, FetchPolicy.LATENCY, true);
  }

  static SwarmScript withoutOrigin(int chunks) {
    return padded(chunks, FetchPolicy.OFFLOAD, false);
  }

  /** A content of just that many bytes. */
  static SwarmScript ofLength(long bytes, boolean origin) {
    return new SwarmScript(Peers.contentOfLength(bytes), FetchPolicy.OFFLOAD, origin);
  }

  SwarmScript on(SwarmEvent... events) {
    List<SwarmEvent> all = new ArrayList<>(first);
    all.addAll(List.of(events));
    first.clear();
    for (SwarmAction action : core.on(all, nowNanos)) {
      if (action instanceof SwarmAction.WakeAt(long nanos)) {
        wakeNanos = nanos;
      } else {
        undone.add(action);
      }
    }
    core.checkInvariant();
    return this;
  }

  /** A peer joins, is opened, and holds everything. */
  SwarmScript holder(PeerId peer) {
    return on(joined(peer)).expect(new SwarmAction.Open(peer)).on(hasAll(peer));
  }

  /** Bytes of a range come, and no whole chunk. */
  SwarmScript heard(int range) {
    return on(new SwarmEvent.OriginHeard(range, nowNanos));
  }

  /** These actions, in any order, and no other. */
  SwarmScript expect(SwarmAction... expected) {
    assertThat(undone).containsExactlyInAnyOrder(expected);
    undone.clear();
    return this;
  }

  SwarmScript expectNothing() {
    return expect();
  }

  /** These actions among others, which are forgotten. */
  SwarmScript expectAmong(SwarmAction... expected) {
    assertThat(undone).contains(expected);
    undone.clear();
    return this;
  }

  SwarmScript after(long millis) {
    long until = nowNanos + millis * 1_000_000;
    while (wakeNanos <= until && !core.isDone()) {
      nowNanos = Math.max(nowNanos, wakeNanos);
      wakeNanos = Long.MAX_VALUE;
      on(new SwarmEvent.Tick());
    }
    nowNanos = until;
    return this;
  }

  List<SwarmAction> take() {
    List<SwarmAction> taken = List.copyOf(undone);
    undone.clear();
    return taken;
  }

  SwarmCore core() {
    return core;
  }

  static SwarmEvent joined(PeerId peer) {
    return new SwarmEvent.PeerJoined(peer, LAN, SwarmEvent.Standing.HOLDER, true);
  }

  SwarmEvent hasAll(PeerId peer) {
    return new SwarmEvent.PeerHas(peer, ChunkSet.all(id));
  }

  static SwarmEvent has(PeerId peer, int from, int until) {
    return new SwarmEvent.PeerHas(peer, ChunkSet.range(from, until));
  }

  static SwarmEvent refused(PeerId peer, RefusalReason reason, long retryMillis) {
    return new SwarmEvent.PeerRefused(peer, reason, retryMillis * 1_000_000);
  }

  static SwarmEvent arrived(PeerId peer, int first, int count) {
    return new SwarmEvent.ChunksArrived(peer, first, count);
  }

  static SwarmAction open(PeerId peer) {
    return new SwarmAction.Open(peer);
  }

  static SwarmAction request(PeerId peer, int first, int count) {
    return new SwarmAction.Request(peer, first, count);
  }

  static SwarmAction cancel(PeerId peer, int first, int count) {
    return new SwarmAction.Cancel(peer, first, count);
  }

  static SwarmAction close(PeerId peer) {
    return new SwarmAction.Close(peer);
  }

  static SwarmAction finished() {
    return new SwarmAction.Finished();
  }
}
