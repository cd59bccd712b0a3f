package dev.fugitive.client.transfer.upload;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.upload.SessionQueue.Frame;
import dev.fugitive.client.transfer.upload.SessionQueue.Reservation;
import dev.fugitive.client.transfer.upload.SlotTable.Owned;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.LongFunction;

/**
 * Decides about uploads and does no I/O: messages and what the store holds go in with the time,
 * actions come out. Confined to its owner, which calls one method at a time.
 *
 * <p>A slot is taken by {@link #open} and has the state <i>opening</i> until {@link #opened} or
 * {@link #withdraw}. A slot that is given up while a frame of it is being read is freed when the
 * frame is done, so that nobody closes a content under a reader; {@link #takeFreed} names those
 * that can be closed. {@link #takeReady} names the sessions that have something new to do.
 *
 * @param <S> a session
 */
final class UploadCore<S> {
  /**
   * One message that more is here costs as much as a frame's hand-overs do, and in a crowd each
   * member owes one to every other: so all slots together say 50 a second, and a peer hears at
   * least twice a second.
   */
  private static final long HAVE_NANOS = 20_000_000;

  private static final long MIN_HAVE_INTERVAL_NANOS = 50_000_000;
  private static final long MAX_HAVE_INTERVAL_NANOS = 500_000_000;

  private final SessionTable<S> sessions = new SessionTable<>();
  private final SlotTable<S> slots = new SlotTable<>();
  private final UploadCounters counters = new UploadCounters();
  private final UploadPacing pacing;
  private UploadSettings settings;
  private boolean isShutDown;
  private boolean growthBegun;

  UploadCore(UploadSettings settings, long nowNanos) {
    this.settings = settings;
    this.pacing = new UploadPacing(settings, nowNanos);
  }

  // -- what peers say

  /** A peer asks for a slot; whether the content may be shared was found out before. */
  Opening open(S session, PeerMessage.Open open, boolean shareable, long nowNanos) {
    Optional<RefusalReason> refusal =
        Admission.refusal(settings, shareable, slots.size(), slotsOf(session));
    return reserve(session, open.transferId(), refusal, slot -> Transfer.of(slot, open, nowNanos));
  }

  /** The same where the peer does not know yet what it opens: it is not told that it cannot. */
  Opening begin(S session, PeerMessage.Open open, long nowNanos) {
    return Admission.refusal(settings, true, slots.size(), slotsOf(session)).isPresent()
        ? new Opening.Refused()
        : open(session, open, true, nowNanos);
  }

  /**
   * A peer asks for a slot for a content that we do not hold.
   *
   * @param holders those peers of ours that do, whom it hears of in any case
   */
  Opening openThrough(
      S session, PeerMessage.OpenThrough open, List<PeerId> holders, long nowNanos) {
    if (settings.sharing() && !holders.isEmpty()) {
      sessions.say(session, new PeerMessage.CanReach(open.transferId(), holders, ChunkSet.EMPTY));
    }
    Optional<RefusalReason> refusal =
        Admission.relayRefusal(
            settings,
            !holders.isEmpty(),
            slots.size(),
            slotsOf(session),
            slots.relays(),
            slots.relaysOf(session));
    return reserve(
        session, open.transferId(), refusal, slot -> Transfer.relayed(slot, open, nowNanos));
  }

  /** A peer that may have nothing is refused. */
  void turnAway(S session, int transferId) {
    refuse(session, transferId, RefusalReason.NOT_ALLOWED);
  }

  private int slotsOf(S session) {
    return sessions.queue(session).transfers().size();
  }

  private Opening reserve(
      S session, int transferId, Optional<RefusalReason> refusal, LongFunction<Transfer> reserved) {
    SessionQueue queue = sessions.queue(session);
    if (queue.transfer(transferId).isPresent()) {
      return new Opening.Violation(
          "transfer id: " + transferId + " (expected: one that is not in use)");
    }
    if (refusal.isPresent()) {
      refuse(session, transferId, refusal.get());
      return sessions
          .violation(session)
          .<Opening>map(Opening.Violation::new)
          .orElseGet(Opening.Refused::new);
    }
    Transfer transfer = slots.reserve(session, reserved);
    queue.add(transfer);
    return new Opening.Reserved(transfer.slot);
  }

  /** The content of a reserved slot was opened; false where the slot is gone meanwhile. */
  boolean opened(long slot, ChunkSet here, long nowNanos) {
    Owned<S> owned = slots.findOpen(slot);
    if (owned == null) {
      return false;
    }
    owned.transfer().grow(here);
    if (!owned.transfer().relayed || !here.isEmpty()) {
      sessions.say(owned.session(), owned.transfer().have(nowNanos));
    }
    growthBegun |= owned.transfer().isGrowing();
    return true;
  }

  /** These chunks may be asked for in a relayed transfer, wherever they are. */
  void reached(long slot, List<PeerId> holders, ChunkSet chunks, long nowNanos) {
    Owned<S> owned = slots.findOpen(slot);
    if (owned == null) {
      return;
    }
    owned.transfer().reached(new PeerMessage.CanReach(owned.transfer().id, holders, chunks));
    growthBegun = true;
    sayReach(owned, nowNanos);
  }

  private void sayReach(Owned<S> owned, long nowNanos) {
    PeerMessage.CanReach reach = owned.transfer().takeReach(nowNanos);
    if (reach != null) {
      sessions.say(owned.session(), reach);
    }
  }

  /** A peer asks for chunks; returns what no honest peer does, if it did. */
  Optional<String> request(S session, PeerMessage.Request request, long nowNanos) {
    SessionQueue queue = sessions.queue(session);
    Transfer transfer = queue.transfer(request.transferId()).orElse(null);
    if (transfer == null) {
      counters.strayMessages++;
      return Optional.empty();
    }
    int until = request.firstChunk() + request.chunkCount();
    if (until > transfer.content.chunkCount()) {
      return Optional.of(
          "chunk requested: %d (expected: below %d)"
              .formatted(until - 1, transfer.content.chunkCount()));
    }
    transfer.activeNanos = nowNanos;
    boolean whole = enqueueWhatIsHere(queue, transfer, request.firstChunk(), until);
    if (!whole && transfer.relayed) {
      ChunkSet asked = ChunkSet.range(request.firstChunk(), until);
      transfer.awaited = transfer.awaited.union(asked.minus(transfer.here()));
      growthBegun = true;
    } else if (!whole) {
      sessions.say(session, transfer.have(nowNanos));
    }
    sessions.wake(session);
    return sessions.violation(session);
  }

  /** Returns false where a part is not here. */
  private static boolean enqueueWhatIsHere(
      SessionQueue queue, Transfer transfer, int first, int until) {
    ChunkSet here = transfer.here();
    boolean whole = true;
    int at = first;
    while (at < until) {
      int end = Math.min(here.nextClear(at), until);
      if (end > at) {
        queue.enqueue(transfer, at, end);
      }
      int next = here.nextSet(end);
      whole &= end == until;
      at = next < 0 ? until : next;
    }
    return whole;
  }

  /** A peer takes requests back. */
  void cancel(S session, PeerMessage.Cancel cancel, long nowNanos) {
    SessionQueue queue = sessions.queue(session);
    queue
        .transfer(cancel.transferId())
        .ifPresent(transfer -> {
          transfer.activeNanos = nowNanos;
          queue.cancel(transfer, cancel.firstChunk(), cancel.firstChunk() + cancel.chunkCount());
        });
  }

  /** A peer gives its slot back. */
  void close(S session, PeerMessage.Close close) {
    sessions.queue(session).transfer(close.transferId()).ifPresent(this::release);
  }

  /** A session has ended. */
  void closed(S session) {
    SessionQueue queue = sessions.remove(session);
    if (queue != null) {
      List.copyOf(queue.transfers()).forEach(transfer -> release(queue, transfer));
      pacing.giveBack(queue);
    }
  }

  // -- what the store and the worker say

  /** More of a content may be here. */
  void grown(long slot, ChunkSet here, long nowNanos) {
    Owned<S> owned = slots.findOpen(slot);
    if (owned == null) {
      return;
    }
    if (owned.transfer().relayed) {
      passOn(owned, here);
      return;
    }
    if (!owned.transfer().isGranted()) {
      return;
    }
    owned.transfer().grow(here);
    if (owned.transfer().isHaveDue(nowNanos, haveIntervalNanos())) {
      sessions.say(owned.session(), owned.transfer().have(nowNanos));
    }
  }

  private long haveIntervalNanos() {
    return Math.clamp(
        slots.countGrowing() * HAVE_NANOS, MIN_HAVE_INTERVAL_NANOS, MAX_HAVE_INTERVAL_NANOS);
  }

  /** What was asked for and has come goes on at once. */
  private void passOn(Owned<S> owned, ChunkSet here) {
    owned.transfer().grow(here);
    ChunkSet arrived = owned.transfer().takeArrived();
    SessionQueue queue = sessions.queue(owned.session());
    int first = arrived.nextSet(0);
    while (first >= 0) {
      int until = arrived.nextClear(first);
      queue.enqueue(owned.transfer(), first, until);
      first = arrived.nextSet(until);
    }
    sessions.wake(owned.session());
  }

  /** Takes a slot back, and says why. */
  void withdraw(long slot, RefusalReason reason) {
    Owned<S> owned = slots.findOpen(slot);
    if (owned != null) {
      release(owned.transfer());
      refuse(owned.session(), owned.transfer().id, reason);
    }
  }

  /** What the worker of a session does next. */
  UploadAction next(S session, long nowNanos) {
    SessionQueue queue = sessions.find(session);
    if (queue == null) {
      return new UploadAction.Rest();
    }
    PeerMessage answer = queue.pollAnswer();
    if (answer != null) {
      return new UploadAction.Say(answer);
    }
    Frame frame = queue.peekFrame().orElse(null);
    if (frame == null) {
      pacing.giveBack(queue);
      return new UploadAction.Rest();
    }
    Reservation reservation = pacing.reservation(queue, frame, nowNanos);
    if (reservation.goNanos() - nowNanos > 0) {
      return new UploadAction.WaitUntil(reservation.goNanos());
    }
    return take(queue, frame, reservation);
  }

  private UploadAction take(SessionQueue queue, Frame frame, Reservation reservation) {
    long bytes = frame.plainBytes();
    pacing.refund(reservation.bytes() - bytes, reservation.relayed());
    queue.reservation = null;
    queue.take(frame);
    Transfer transfer = frame.transfer();
    transfer.inFlight = true;
    return new UploadAction.SendChunks(
        transfer.slot, transfer.id, frame.firstChunk(), frame.chunkCount(), bytes);
  }

  /** A frame is done: that many bytes of payload went, none where it could not be read. */
  void sent(UploadAction.SendChunks frame, int payloadBytes, long nowNanos) {
    Owned<S> owned = slots.find(frame.slot());
    boolean relayed = owned != null && owned.transfer().relayed;
    pacing.refund(frame.plainBytes() - payloadBytes, relayed);
    if (owned == null) {
      return;
    }
    Transfer transfer = owned.transfer();
    transfer.inFlight = false;
    transfer.activeNanos = nowNanos;
    if (payloadBytes > 0) {
      transfer.sentBytes += frame.plainBytes();
      counters.sent(frame.plainBytes(), payloadBytes, relayed);
    }
    if (transfer.released) {
      slots.free(transfer);
    }
  }

  // -- time and settings

  /** Says what is due, and withdraws the slots of peers that have been silent for too long. */
  void tick(long nowNanos) {
    long silenceNanos = settings.silence().toNanos();
    for (Owned<S> owned : slots.all()) {
      if (owned.transfer().released) {
        continue;
      }
      sayReach(owned, nowNanos);
      if (owned.transfer().isSilent(nowNanos, silenceNanos)) {
        withdraw(owned.transfer().slot, RefusalReason.BUSY);
      }
    }
  }

  /** Changes what is allowed; uploads go on under the new settings, or are withdrawn. */
  void setSettings(UploadSettings newSettings, long nowNanos) {
    settings = isShutDown ? newSettings.withSharing(false) : newSettings;
    pacing.setRates(newSettings, nowNanos);
    sessions.forgetReservations();
    if (!settings.sharing()) {
      slots.all().forEach(owned -> withdraw(owned.transfer().slot, RefusalReason.NOT_ALLOWED));
    }
  }

  /** Ends every upload, for good. */
  void shutDown(long nowNanos) {
    setSettings(settings.withSharing(false), nowNanos);
    isShutDown = true;
    sessions.all().forEach(this::closed);
  }

  // -- what the owner asks

  /** Whether a slot on a content that is still being filled was granted since this was asked. */
  boolean takeGrowthBegun() {
    boolean taken = growthBegun;
    growthBegun = false;
    return taken;
  }

  /** Sessions that have something new to do since this was asked last. */
  List<S> takeReady() {
    return sessions.takeReady();
  }

  /** Sessions that have left too much unread since this was asked last, with the violation. */
  Map<S, String> takeViolators() {
    return sessions.takeViolators();
  }

  /** Slots that were given up since this was asked last, and that nobody reads any more. */
  List<Long> takeFreed() {
    return slots.takeFreed();
  }

  /** Slots whose content is still being filled. */
  List<Long> growing() {
    return slots.growing();
  }

  boolean isAnyGrowing() {
    return slots.countGrowing() > 0;
  }

  /** The slot of a session's transfer, where its content is still being filled. */
  Optional<Long> growingSlot(S session, int transferId) {
    return sessions
        .transfer(session, transferId)
        .filter(Transfer::isGrowing)
        .map(transfer -> transfer.slot);
  }

  /** The slot of a session's transfer, where what it asks for is fetched for it. */
  Optional<Long> relayedSlot(S session, int transferId) {
    return sessions
        .transfer(session, transferId)
        .filter(transfer -> transfer.relayed)
        .map(transfer -> transfer.slot);
  }

  int slotsInUse() {
    return slots.size();
  }

  UploadSettings settings() {
    return settings;
  }

  UploadCounters counters() {
    return counters;
  }

  /** Hands over each transfer with its session. */
  void forEach(BiConsumer<S, Transfer> action) {
    slots.all().forEach(owned -> action.accept(owned.session(), owned.transfer()));
  }

  /** Every queue adds up, and every slot is one open transfer or waits for its frame. */
  void checkInvariant() {
    sessions.checkInvariant();
    for (Owned<S> owned : slots.all()) {
      Transfer transfer = owned.transfer();
      SessionQueue queue = sessions.find(owned.session());
      boolean listed = queue != null && queue.transfers().contains(transfer);
      if (listed == transfer.released || (transfer.released && !transfer.inFlight)) {
        throw new AssertionError("slot " + transfer.slot + ": neither open nor in flight");
      }
    }
  }

  // -- how

  private void refuse(S session, int transferId, RefusalReason reason) {
    counters.refused(reason);
    int retryAfterMillis =
        reason == RefusalReason.BUSY
            ? Admission.retryAfterMillis(settings, sessions.queuedBytes())
            : 0;
    sessions.say(session, new PeerMessage.Refuse(transferId, reason, retryAfterMillis));
  }

  private void release(Transfer transfer) {
    Owned<S> owned = slots.find(transfer.slot);
    if (owned != null) {
      release(sessions.queue(owned.session()), transfer);
    }
  }

  private void release(SessionQueue queue, Transfer transfer) {
    queue.remove(transfer);
    transfer.released = true;
    if (!transfer.inFlight) {
      slots.free(transfer);
    }
  }
}
