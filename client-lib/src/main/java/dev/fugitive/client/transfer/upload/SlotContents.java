package dev.fugitive.client.transfer.upload;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.HeldContent;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.upload.FrameCompressor.Payload;
import dev.fugitive.client.transfer.upload.RelaySource.Relayed;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contents of the slots in use: opens, reads and closes them, and tells the core what is here.
 *
 * <p>Safe for use by several threads; what is read or closed is so outside the core's lock.
 */
final class SlotContents implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(SlotContents.class);

  private final ContentStore store;
  private final RelaySource relays;
  private final UploadThreads threads;
  private final LongSupplier nanoTicker;
  private final FrameCompressor compressor = new FrameCompressor();

  /** Closed by whoever takes them out. */
  private final Map<Long, HeldContent> contents = new ConcurrentHashMap<>();

  /** What is fetched for relayed slots; closed by whoever takes it out. */
  private final Map<Long, Relayed> relayed = new ConcurrentHashMap<>();

  SlotContents(
      ContentStore store, RelaySource relays, UploadThreads threads, LongSupplier nanoTicker) {
    this.store = store;
    this.relays = relays;
    this.threads = threads;
    this.nanoTicker = nanoTicker;
  }

  /** Opens what is here of a content for a reserved slot; withdraws the slot where nothing is. */
  void open(long slot, ContentId id) {
    try {
      Optional<HeldContent> held = store.open(id);
      if (held.isEmpty()) {
        threads.tell(core -> core.withdraw(slot, RefusalReason.DONT_HAVE));
        return;
      }
      opened(slot, held.get());
    } catch (IOException e) {
      cannotRead(slot, id, e);
    }
  }

  /** Begins to fetch a content for a reserved slot; withdraws the slot where that cannot be. */
  void relay(long slot, ContentId id, PeerSession reader) {
    try {
      Optional<Relayed> begun = relays.begin(id, reader, new ForSlot(slot));
      if (begun.isEmpty()) {
        threads.tell(core -> core.withdraw(slot, RefusalReason.DONT_HAVE));
        return;
      }
      relayed.put(slot, begun.get());
      opened(slot, begun.get().open());
    } catch (IOException e) {
      LOG.debug("{} is not relayed: {}", id, e.getMessage());
      threads.tell(core -> core.withdraw(slot, RefusalReason.BUSY));
      free(slot);
    }
  }

  private void opened(long slot, HeldContent held) {
    contents.put(slot, held);
    ChunkSet here = held.chunks();
    if (!threads.decide(core -> core.opened(slot, here, nanoTicker.getAsLong()))) {
      free(slot);
    }
  }

  /** Whether a slot has its content. */
  boolean isOpen(long slot) {
    return contents.containsKey(slot);
  }

  /** Nobody reads the content of a slot any more. */
  void free(long slot) {
    Relayed relay = relayed.remove(slot);
    if (relay != null) {
      relay.close();
    }
    HeldContent held = contents.remove(slot);
    if (held != null) {
      held.close();
    }
  }

  /** Frees what reading needs; called when every slot has been withdrawn. */
  @Override
  public void close() {
    compressor.close();
  }

  /** Native contexts that are not freed. */
  int openContexts() {
    return compressor.openContexts();
  }

  // -- what is relayed

  /** Whether anything is fetched for anybody. */
  boolean relaysAny() {
    return !relayed.isEmpty();
  }

  void want(long slot, PeerMessage.Request request) {
    Relayed relay = relayed.get(slot);
    if (relay != null) {
      relay.want(request.firstChunk(), request.chunkCount());
    }
  }

  void unwant(long slot, PeerMessage.Cancel cancel) {
    Relayed relay = relayed.get(slot);
    if (relay != null) {
      relay.unwant(cancel.firstChunk(), cancel.chunkCount());
    }
  }

  /** Tells one slot what becomes of its content. */
  private final class ForSlot implements RelaySource.Listener {
    private final long slot;

    ForSlot(long slot) {
      this.slot = slot;
    }

    @Override
    public void onReached(List<PeerId> holders, ChunkSet chunks) {
      threads.tell(core -> core.reached(slot, holders, chunks, nanoTicker.getAsLong()));
    }

    @Override
    public void onArrived() {
      lookAtGrowth(slot);
    }

    @Override
    public void onEnded(RefusalReason reason) {
      threads.tell(core -> core.withdraw(slot, reason));
    }
  }

  // -- what grows

  /** Tells the core what is here now of one content. */
  void lookAtGrowth(long slot) {
    HeldContent held = contents.get(slot);
    if (held != null) {
      ChunkSet here = held.chunks();
      threads.tell(core -> core.grown(slot, here, nanoTicker.getAsLong()));
    }
  }

  /** Tells the core what is here now of all that are still being filled, and what time it is. */
  void watch() {
    Map<Long, ChunkSet> grown = new HashMap<>();
    for (long slot : threads.decide(UploadCore::growing)) {
      HeldContent held = contents.get(slot);
      if (held != null) {
        grown.put(slot, held.chunks());
      }
    }
    threads.tell(core -> {
      long now = nanoTicker.getAsLong();
      grown.forEach((slot, here) -> core.grown(slot, here, now));
      core.tick(now);
    });
  }

  // -- what is read

  /** The frame's message; empty where it cannot be read, of which the peer will hear. */
  Optional<PeerMessage.Chunks> read(UploadAction.SendChunks frame) {
    HeldContent held = contents.get(frame.slot());
    if (held == null) {
      return Optional.empty();
    }
    int first = frame.firstChunk();
    int count = frame.chunkCount();
    try {
      Optional<Payload> kept = compressor.kept(held.id(), first, count);
      Payload payload =
          kept.isPresent()
              ? kept.get()
              : compressor.encode(held.id(), first, count, held.read(first, count));
      return Optional.of(
          new PeerMessage.Chunks(
              frame.transferId(),
              first,
              count,
              payload.encoding(),
              held.proof(first, count).hashes(),
              payload.bytes()));
    } catch (IOException e) {
      cannotRead(frame.slot(), held.id(), e);
      return Optional.empty();
    }
  }

  private void cannotRead(long slot, ContentId id, IOException e) {
    LOG.warn("upload of {} ends, it cannot be read: {}", id, e.getMessage());
    threads.tell(core -> core.withdraw(slot, RefusalReason.DONT_HAVE));
  }
}
