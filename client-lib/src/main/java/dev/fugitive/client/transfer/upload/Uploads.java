package dev.fugitive.client.transfer.upload;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.client.limits.UploadGate;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The serving side: answers {@code Open}, {@code Request}, {@code Cancel} and {@code Close} of all
 * peers from the store, within what the user allows.
 *
 * <p>{@link UploadCore} decides; {@link UploadThreads} has the lock around it; {@link SlotContents}
 * opens, reads and closes, always outside that lock. Each session that has something to be sent has
 * one virtual thread, so a peer that does not read blocks its own alone.
 */
public final class Uploads implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);

  private static final int PROOF_HASH_BYTES = 32;

  private final Predicate<ContentId> shareable;
  private final LongSupplier nanoTicker;
  private volatile Predicate<PeerSession> mayHave = session -> true;
  private final RelaySource relays;
  private final UploadGate gate;
  private final UploadThreads threads;
  private final SlotContents contents;

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
    this.gate = gate;
    this.shareable = shareable;
    this.relays = relays;
    this.nanoTicker = nanoTicker;
    UploadCore<PeerSession> core = new UploadCore<>(settings, nanoTicker.getAsLong());
    this.threads = new UploadThreads(core, new Duties(), nanoTicker);
    this.contents = new SlotContents(store, relays, threads, nanoTicker);
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
    contents.close();
  }

  /** Threads that have not ended. */
  int runningThreads() {
    return threads.running();
  }

  /** Native contexts that are not freed. */
  int openContexts() {
    return contents.openContexts();
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
          contents.open(reserved.slot(), open.content());
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
          contents.open(reserved.slot(), content);
        }
        return contents.isOpen(reserved.slot())
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
          contents.relay(reserved.slot(), content, session);
        }
      }
      case Opening.Violation violation -> misbehaved(session, violation.reason());
      case Opening.Refused refused ->
          LOG.debug("relaying {} to {} refused", content, session.peer().shortName());
    }
  }

  private void request(PeerSession session, PeerMessage.Request request) {
    threads
        .decide(core -> core.growingSlot(session, request.transferId()))
        .ifPresent(contents::lookAtGrowth);
    threads
        .decide(core -> core.request(session, request, nanoTicker.getAsLong()))
        .ifPresent(violation -> misbehaved(session, violation));
    relayedSlot(session, request.transferId())
        .ifPresent(slot -> {
          contents.want(slot, request);
          contents.lookAtGrowth(slot);
        });
  }

  private void cancel(PeerSession session, PeerMessage.Cancel cancel) {
    threads.tell(core -> core.cancel(session, cancel, nanoTicker.getAsLong()));
    relayedSlot(session, cancel.transferId()).ifPresent(slot -> contents.unwant(slot, cancel));
  }

  private Optional<Long> relayedSlot(PeerSession session, int transferId) {
    return contents.relaysAny()
        ? threads.decide(core -> core.relayedSlot(session, transferId))
        : Optional.empty();
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
    return contents.read(frame);
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
      contents.free(slot);
    }

    @Override
    public void violated(PeerSession session, String reason) {
      misbehaved(session, reason);
    }

    @Override
    public void watch() {
      contents.watch();
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
