package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ChunkVerification.Corrupt;
import dev.fugitive.cache.content.ChunkVerification.Verified;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.PartialTree;
import dev.fugitive.cache.content.VerifiedChunk;
import dev.fugitive.cache.store.ChunkFill;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.SwarmEvent.ChunksArrived;
import dev.fugitive.client.transfer.SwarmEvent.OriginArrived;
import dev.fugitive.client.transfer.SwarmEvent.OriginHeard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts what the sources of one download bring into its fill, counts it, and then tells the loop.
 *
 * <p>Safe for use by several threads: whoever brings bytes calls it on a thread of its own.
 */
final class Intake {
  private final ChunkFill fill;
  private final Gate gate;
  private final Mailbox mailbox;
  private final Download.@Nullable Passing passing;
  private final Map<PeerId, AtomicLong> bytesByPeer = new ConcurrentHashMap<>();
  private final AtomicLong originBytes = new AtomicLong();
  private final LongSupplier nanoClock;
  private final AtomicInteger lastHeardRange = new AtomicInteger();
  private final AtomicReference<@Nullable OriginHeard> heard = new AtomicReference<>();
  private final AtomicReference<@Nullable IOException> fault = new AtomicReference<>();

  /** Nothing is put any more once the gate is shut. */
  Intake(
      ChunkFill fill,
      Gate gate,
      Mailbox mailbox,
      Download.@Nullable Passing passing,
      LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.fill = fill;
    this.gate = gate;
    this.mailbox = mailbox;
    this.passing = passing;
  }

  /** Whether chunks may be put into the fill; {@link #leave} must follow. */
  boolean enter() {
    return gate.enter();
  }

  void leave() {
    gate.leave();
  }

  PartialTree tree() {
    return fill.tree();
  }

  /**
   * Puts what a peer sent, unless it shows that the origin sent another content. The tree has found
   * that out at the latest with the frame that it verified last, and whoever puts a chunk asks
   * after its own frame: so a content with wrong chunks of the origin's is never whole. Called
   * between {@link #enter} and {@link #leave}.
   */
  void keep(PeerSource source, List<VerifiedChunk> chunks) {
    Optional<String> contradiction = tree().originContradiction();
    if (contradiction.isPresent()) {
      originContradicts(contradiction.get());
      return;
    }
    AtomicLong counter = bytesByPeer.computeIfAbsent(source.peer(), peer -> new AtomicLong());
    if (!put(chunks, source::provenance, counter)) {
      return;
    }
    if (passing != null) {
      passing.onArrived();
    }
    mailbox.post(new ChunksArrived(source.peer(), chunks.getFirst().index(), chunks.size()));
  }

  /** Puts what the origin sent, where it fits what peers have proven. */
  void keepFromOrigin(int rangeId, int firstChunk, ByteBuffer payload) {
    if (!gate.enter()) {
      return;
    }
    try {
      switch (tree().acceptFromOrigin(firstChunk, payload)) {
        case Corrupt(String reason) -> originContradicts(reason);
        case Verified(var chunks) -> {
          if (put(chunks, chunk -> Provenance.ORIGIN, originBytes)) {
            mailbox.post(new OriginArrived(rangeId, firstChunk, chunks.size()));
          }
        }
      }
    } finally {
      gate.leave();
    }
  }

  /**
   * Bytes of a range have come. Of its first ones the loop is told at once, since it counts the
   * time from there; of later ones when it looks around next.
   */
  void bytesOfOrigin(int rangeId) {
    OriginHeard now = new OriginHeard(rangeId, nanoClock.getAsLong());
    // what a cancelled range still says is not in the way of what the next one said
    heard.accumulateAndGet(
        now, (said, next) -> said != null && said.rangeId() > next.rangeId() ? said : next);
    if (lastHeardRange.getAndSet(rangeId) != rangeId) {
      mailbox.nudge();
    }
  }

  /** When bytes of the origin came last, unless that was taken before. */
  Optional<OriginHeard> takeHeard() {
    return Optional.ofNullable(heard.getAndSet(null));
  }

  private boolean put(
      List<VerifiedChunk> chunks, IntFunction<Provenance> from, AtomicLong counter) {
    try {
      counter.addAndGet(fill.put(chunks, from));
      return true;
    } catch (IOException | IllegalStateException e) {
      fail(new IOException("%s cannot be kept: %s".formatted(id(), e.getMessage()), e));
      return false;
    }
  }

  private void originContradicts(String reason) {
    fail(new IOException("%s is not what its origin sends: %s".formatted(id(), reason)));
  }

  private void fail(IOException cause) {
    fault.compareAndSet(null, cause);
    mailbox.nudge();
  }

  private ContentId id() {
    return fill.id();
  }

  /** Why the content cannot be kept; null while it can. */
  @Nullable IOException fault() {
    return fault.get();
  }

  /** What each peer has brought so far. */
  Map<PeerId, Long> bytesByPeer() {
    Map<PeerId, Long> byPeer = new HashMap<>();
    bytesByPeer.forEach((peer, bytes) -> byPeer.put(peer, bytes.get()));
    return byPeer;
  }

  long originBytes() {
    return originBytes.get();
  }
}
