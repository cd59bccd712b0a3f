package dev.fugitive.client.transfer.upload;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.HeldContent;
import dev.fugitive.client.limits.UploadGate;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.upload.FrameCompressor.Payload;
import dev.fugitive.client.transfer.upload.RelaySource.Relayed;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The serving side: answers {@code Open}, {@code Request}, {@code Cancel} and {@code Close} of all
 * peers from the store, within what the user allows.
 *
 * <p>{@link UploadCore} decides; {@link UploadThreads} has the lock around it; here is what is
 * done: reading, compressing, closing, always outside that lock. Each session that has something to
 * be sent has one virtual thread, so a peer that does not read blocks its own alone.
 */
public final class Uploads implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);

  private static final int PROOF_HASH_BYTES = 32;

  private final ContentStore store;
  private final Predicate<ContentId> shareable;
  private final LongSupplier nanoTicker;
  private final FrameCompressor compressor = new FrameCompressor();

  /** The contents of slots; closed by whoever takes them out. */
  private final Map<Long, HeldContent> contents = new ConcurrentHashMap<>();

  /** What is fetched for relayed slots; closed by whoever takes it out. */
  private final Map<Long, Relayed> relayed = new ConcurrentHashMap<>();

  private volatile Predicate<PeerSession> mayHave = session -> true;
  private final RelaySource relays;
  private final UploadGate gate;
  private final UploadThreads threads;

  /** Serves from a store and relays nothing. */
  public Uploads(
      ContentStore store,
      UploadSettings settings,
      Predicate<ContentId> shareable,
      LongSupplier nanoTicker) {
    this(store, settings, shareable, RelaySource.NONE, UploadGate.OPEN, nanoTicker);
  }

  /**
   * Serves from a store.
   *
   * @param shareable which contents may be given to peers
   * @param relays fetches what peers may have through us
   * @param gate is asked before each frame
   * @param nanoTicker the time, as {@link System#nanoTime}
   */
  public Uploads(
      ContentStore store,
      UploadSettings settings,
      Predicate<ContentId> shareable,
      RelaySource relays,
      UploadGate gate,
      LongSupplier nanoTicker) {
    this.store = store;
    this.gate = gate;
    this.shareable = shareable;
    this.relays = relays;
    this.nanoTicker = nanoTicker;
    UploadCore<PeerSession> core = new UploadCore<>(settings, nanoTicker.getAsLong());
    this.threads = new UploadThreads(core, new Duties(), nanoTicker);
  }

  /**
   * Hears a message of a session, on that session's own thread; reads the store, never sends.
   *
   * @return false where the message is none of those that ask for an upload
   */
  public boolean onMessage(PeerSession session, PeerMessage message) {
    switch (message) {
      case PeerMessage.Open open -> open(session, open);
      case PeerMessage.OpenThrough open -> openThrough(session, open);
      case PeerMessage.Request request -> request(session, request);
      case PeerMessage.Cancel cancel -> cancel(session, cancel);
      case PeerMessage.Close close -> threads.tell(core -> core.close(session, close));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** A session is closed: its slots are free, what it asked for is forgotten. */
  public void onClosed(PeerSession session) {
    threads.tell(core -> core.closed(session));
  }

  /**
   * Changes what is allowed, from now on, and who may have it; transfers that are open end where
   * that changes.
   */
  public void setSettings(UploadSettings settings, Predicate<PeerSession> readers) {
    mayHave = readers;
    setSettings(settings.withSharing(false));
    setSettings(settings);
  }

  /** Lets every peer have what is allowed. */
  public void allowAll() {
    mayHave = session -> true;
  }

  /** Changes what is allowed, from now on. */
  public void setSettings(UploadSettings settings) {
    threads.tell(core -> core.setSettings(settings, nanoTicker.getAsLong()));
  }

  /** What is being uploaded now, and what was. */
  public UploadStatus status() {
    return threads.decide(Uploads::status);
  }

  /** Withdraws every slot and ends; what a worker is just sending may still go out. */
  @Override
  public void close() {
    threads.close();
    compressor.close();
  }

  /** Threads that have not ended. */
  int runningThreads() {
    return threads.running();
  }

  /** Native contexts that are not freed. */
  int openContexts() {
    return compressor.openContexts();
  }

  // -- what peers say

  private void open(PeerSession session, PeerMessage.Open open) {
    if (!mayHave.test(session)) {
      threads.tell(core -> core.turnAway(session, open.transferId()));
      return;
    }
    boolean mayShare = shareable.test(open.content());
    long now = nanoTicker.getAsLong();
    switch (threads.decide(core -> core.open(session, open, mayShare, now))) {
      case Opening.Reserved reserved -> {
        if (stillMayHave(session, reserved.slot())) {
          openContent(reserved.slot(), open.content());
        }
      }
      case Opening.Violation violation -> misbehaved(session, violation.reason());
      case Opening.Refused refused ->
          LOG.debug("upload of {} to {} refused", open.content(), session.peer().shortName());
    }
  }

  /**
   * Gives a peer a slot for a content that it wished to be sent without knowing which: as if it had
   * opened it, but that nothing is said where there is none.
   *
   * @return what requests all of it for the peer; empty where there is no slot
   */
  public Optional<Runnable> begin(PeerSession session, int transferId, ContentId content) {
    if (!mayHave.test(session) || !shareable.test(content)) {
      return Optional.empty();
    }
    PeerMessage.Open open = new PeerMessage.Open(transferId, content);
    switch (threads.decide(core -> core.begin(session, open, nanoTicker.getAsLong()))) {
      case Opening.Reserved reserved -> {
        if (stillMayHave(session, reserved.slot())) {
          openContent(reserved.slot(), content);
        }
        return contents.containsKey(reserved.slot())
            ? Optional.of(() ->
                request(session, new PeerMessage.Request(transferId, 0, content.chunkCount())))
            : Optional.empty();
      }
      case Opening.Violation violation -> misbehaved(session, violation.reason());
      case Opening.Refused refused -> {}
    }
    return Optional.empty();
  }

  /**
   * Who may have anything is changed before what is open ends: a slot that was reserved after that
   * end is seen here.
   */
  private boolean stillMayHave(PeerSession session, long slot) {
    boolean may = mayHave.test(session);
    if (!may) {
      threads.tell(core -> core.withdraw(slot, RefusalReason.NOT_ALLOWED));
    }
    return may;
  }

  /** What is here is given from here; for the rest a peer of ours is asked. */
  private void openThrough(PeerSession session, PeerMessage.OpenThrough open) {
    if (!mayHave.test(session)) {
      threads.tell(core -> core.turnAway(session, open.transferId()));
      return;
    }
    ContentId content = open.content();
    if (shareable.test(content)) {
      open(session, new PeerMessage.Open(open.transferId(), content));
      return;
    }
    List<PeerId> holders = relays.holders(content, session);
    long now = nanoTicker.getAsLong();
    switch (threads.decide(core -> core.openThrough(session, open, holders, now))) {
      case Opening.Reserved reserved -> {
        if (stillMayHave(session, reserved.slot())) {
          relay(reserved.slot(), content, session);
        }
      }
      case Opening.Violation violation -> misbehaved(session, violation.reason());
      case Opening.Refused refused ->
          LOG.debug("relaying {} to {} refused", content, session.peer().shortName());
    }
  }

  private void relay(long slot, ContentId id, PeerSession reader) {
    try {
      Optional<Relayed> begun = relays.begin(id, reader, new ForSlot(slot));
      if (begun.isEmpty()) {
        threads.tell(core -> core.withdraw(slot, RefusalReason.DONT_HAVE));
        return;
      }
      relayed.put(slot, begun.get());
      HeldContent held = begun.get().open();
      contents.put(slot, held);
      ChunkSet here = held.chunks();
      if (!threads.decide(core -> core.opened(slot, here, nanoTicker.getAsLong()))) {
        closeContent(slot);
      }
    } catch (IOException e) {
      LOG.debug("{} is not relayed: {}", id, e.getMessage());
      threads.tell(core -> core.withdraw(slot, RefusalReason.BUSY));
      closeContent(slot);
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

  private void openContent(long slot, ContentId id) {
    try {
      Optional<HeldContent> held = store.open(id);
      if (held.isEmpty()) {
        threads.tell(core -> core.withdraw(slot, RefusalReason.DONT_HAVE));
        return;
      }
      contents.put(slot, held.get());
      ChunkSet here = held.get().chunks();
      if (!threads.decide(core -> core.opened(slot, here, nanoTicker.getAsLong()))) {
        closeContent(slot);
      }
    } catch (IOException e) {
      cannotRead(slot, id, e);
    }
  }

  private void request(PeerSession session, PeerMessage.Request request) {
    threads
        .decide(core -> core.growingSlot(session, request.transferId()))
        .ifPresent(this::lookAtGrowth);
    threads
        .decide(core -> core.request(session, request, nanoTicker.getAsLong()))
        .ifPresent(violation -> misbehaved(session, violation));
    relayedSlot(session, request.transferId())
        .ifPresent(slot -> {
          want(slot, request);
          lookAtGrowth(slot);
        });
  }

  private void want(long slot, PeerMessage.Request request) {
    Relayed relay = relayed.get(slot);
    if (relay != null) {
      relay.want(request.firstChunk(), request.chunkCount());
    }
  }

  private void cancel(PeerSession session, PeerMessage.Cancel cancel) {
    threads.tell(core -> core.cancel(session, cancel, nanoTicker.getAsLong()));
    relayedSlot(session, cancel.transferId())
        .map(relayed::get)
        .ifPresent(relay -> relay.unwant(cancel.firstChunk(), cancel.chunkCount()));
  }

  private Optional<Long> relayedSlot(PeerSession session, int transferId) {
    return relayed.isEmpty()
        ? Optional.empty()
        : threads.decide(core -> core.relayedSlot(session, transferId));
  }

  private void misbehaved(PeerSession session, String reason) {
    LOG.info("peer {} misbehaves: {}", session.peer(), reason);
    onClosed(session);
    session.close(reason);
  }

  // -- what workers ask

  UploadAction nextAction(UploadWorker worker) throws InterruptedException {
    return threads.nextAction(worker);
  }

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

  /** Whether a frame may go out; where not, its slot is withdrawn. */
  boolean mayGive(UploadAction.SendChunks frame, PeerMessage.Chunks chunks)
      throws InterruptedException {
    long bytes = chunks.payload().remaining() + (long) chunks.proof().size() * PROOF_HASH_BYTES;
    if (gate.take(bytes)) {
      return true;
    }
    threads.tell(core -> core.withdraw(frame.slot(), RefusalReason.NOT_ALLOWED));
    return false;
  }

  private void cannotRead(long slot, ContentId id, IOException e) {
    LOG.warn("upload of {} ends, it cannot be read: {}", id, e.getMessage());
    threads.tell(core -> core.withdraw(slot, RefusalReason.DONT_HAVE));
  }

  void frameDone(UploadAction.SendChunks frame, int payloadBytes) {
    threads.tell(core -> core.sent(frame, payloadBytes, nanoTicker.getAsLong()));
  }

  /** A worker cannot go on: its session is closed, or something is broken. */
  void workerFailed(UploadWorker worker) {
    threads.failed(worker);
    worker.session().close("upload ended");
  }

  // -- how

  private final class Duties implements UploadThreads.Duties {
    @Override
    public UploadWorker worker(PeerSession session, Condition wake) {
      return new UploadWorker(Uploads.this, session, wake);
    }

    @Override
    public void freed(long slot) {
      closeContent(slot);
    }

    @Override
    public void violated(PeerSession session, String reason) {
      misbehaved(session, reason);
    }

    @Override
    public void watch() {
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
  }

  private void lookAtGrowth(long slot) {
    HeldContent held = contents.get(slot);
    if (held != null) {
      ChunkSet here = held.chunks();
      threads.tell(core -> core.grown(slot, here, nanoTicker.getAsLong()));
    }
  }

  private void closeContent(long slot) {
    Relayed relay = relayed.remove(slot);
    if (relay != null) {
      relay.close();
    }
    HeldContent held = contents.remove(slot);
    if (held != null) {
      held.close();
    }
  }

  private static UploadStatus status(UploadCore<PeerSession> core) {
    List<UploadStatus.ActiveUpload> active = new ArrayList<>();
    core.forEach((session, transfer) ->
        active.add(
            new UploadStatus.ActiveUpload(
                session.peer(),
                transfer.content,
                transfer.sentBytes,
                (long) transfer.queuedChunks * ContentId.CHUNK_BYTES)));
    UploadCounters counters = core.counters();
    return new UploadStatus(
        core.settings(),
        active,
        counters.plainBytes,
        counters.relayedBytes,
        counters.payloadBytes,
        counters.frames,
        counters.refused(),
        counters.strayMessages);
  }
}
