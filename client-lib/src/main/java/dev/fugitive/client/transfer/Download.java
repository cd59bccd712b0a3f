package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.store.ChunkFill;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.SwarmEvent.AlreadyHere;
import dev.fugitive.client.transfer.SwarmEvent.DemandMoved;
import dev.fugitive.client.transfer.SwarmEvent.PeerHas;
import dev.fugitive.client.transfer.SwarmEvent.PeerJoined;
import dev.fugitive.client.transfer.SwarmEvent.PeerLeft;
import dev.fugitive.client.transfer.SwarmEvent.PeerReads;
import dev.fugitive.client.transfer.SwarmEvent.PeerRefused;
import dev.fugitive.client.transfer.SwarmEvent.PeerTells;
import dev.fugitive.client.transfer.SwarmEvent.ReaderGone;
import dev.fugitive.client.transfer.SwarmEvent.Standing;
import dev.fugitive.client.transfer.SwarmEvent.Tick;
import dev.fugitive.client.transfer.SwarmEvent.Wanted;
import dev.fugitive.client.wire.PeerMessage.Member;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One content on its way: runs a {@link SwarmCore}.
 *
 * <p><b>Who does what.</b> One virtual thread, the loop, owns the core: it takes everything out of
 * the mailbox, lets the core decide once, and does what it says. Sessions' threads verify frames
 * and put them into the fill before they post; so does the thread that reads the origin. Each
 * transfer sends from a thread of its own. The loop itself never waits for anybody but the mailbox.
 *
 * <p><b>How it ends.</b> The gate is shut, so that nobody puts anything any more; then the fill is
 * failed where something is missing, and the listener hears of it.
 */
public final class Download {
  private static final Logger LOG = LoggerFactory.getLogger(Download.class);

  private final Downloads downloads;
  private final ChunkFill fill;
  private final @Nullable OriginRanges origin;
  private final DownloadListener listener;
  private final @Nullable Passing passing;
  private final AtomicReference<ChunkSet> wanted = new AtomicReference<>(ChunkSet.EMPTY);
  private final Promotion promotion;
  private final LongSupplier nanoClock;
  private final SwarmCore core;
  private final Mailbox mailbox = new Mailbox();
  private final Gate gate = new Gate();
  private final Intake intake;
  private final Map<PeerId, SessionTransfers> holders = new ConcurrentHashMap<>();
  private final Set<RefusalReason> refusals = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<DownloadOutcome> outcome = new CompletableFuture<>();
  private volatile boolean cancelled;
  private volatile long wastedBytes;

  /** The fields below belong to the loop. */
  private final Map<PeerId, PeerSource> sources = new HashMap<>();

  private @Nullable OriginReader reader;
  private long wakeNanos = Long.MAX_VALUE;
  private long demand = -1;
  private ChunkSet wantedBefore = ChunkSet.EMPTY;
  private boolean wasRead;
  private @Nullable DownloadOutcome decided;

  Download(
      Downloads downloads,
      ChunkFill fill,
      @Nullable OriginRanges origin,
      FetchPolicy policy,
      DownloadListener listener,
      @Nullable Passing passing,
      LongSupplier nanoClock) {
    this.downloads = downloads;
    this.fill = fill;
    this.origin = origin;
    this.listener = listener;
    this.passing = passing;
    this.intake = new Intake(fill, gate, mailbox, passing);
    this.promotion = new Promotion(this, downloads.directory());
    this.nanoClock = nanoClock;
    this.core =
        new SwarmCore(fill.id(), downloads.self(), policy, origin != null, nanoClock.getAsLong());
  }

  /** Hears what a download does that fetches for others. */
  interface Passing {
    /** These chunks may be wanted. */
    void onReached(ChunkSet chunks);

    /** More is in the fill. */
    void onArrived();

    /** A peer refused. */
    void onRefused(RefusalReason reason);
  }

  /** The content that is fetched. */
  public ContentId id() {
    return fill.id();
  }

  /** One more peer may hold the content; a closed session is not taken. */
  public void addHolder(PeerSession session) {
    add(session, Standing.HOLDER);
  }

  /** One more peer might be fetching the content too. */
  void addFellow(PeerSession session) {
    add(session, Standing.FELLOW);
  }

  /** A peer asked us for the content, so that it fetches it too; or it no longer does. */
  void peerReads(PeerSession session, boolean reads) {
    if (reads && !holders.containsKey(session.peer())) {
      add(session, Standing.HOLDER);
    }
    postAtOnce(new PeerReads(session.peer(), reads));
  }

  /** A peer that fetches the content too tells who else does. */
  void peerTells(PeerSession session, List<Member> members) {
    post(new PeerTells(session.peer(), members));
  }

  private void add(PeerSession session, Standing standing) {
    if (!session.isOpen() || !gate.enter()) {
      return;
    }
    try {
      SessionTransfers transfers = downloads.transfers(session);
      if (transfers.join(this)) {
        holders.put(session.peer(), transfers);
        boolean sends = standing == Standing.HOLDER && transfers.isSending(id());
        joined(session, sends ? Standing.SENDER : standing);
      }
    } finally {
      gate.leave();
    }
    if (!session.isOpen()) {
      downloads.onClosed(session, "closed");
    }
  }

  private void joined(PeerSession session, Standing standing) {
    PathMemory paths = downloads.paths();
    PeerId peer = session.peer();
    postAtOnce(new PeerJoined(peer, paths.path(session), standing, paths.isProven(peer)));
  }

  /** One more peer may know others that hold the content, and pass on what they give. */
  public void addRelay(PeerSession session) {
    promotion.addRelay(session);
    add(session, Standing.RELAY);
  }

  /** A relay is asked again, since those whom it knows cannot be asked any more. */
  void rejoin(PeerSession relay) {
    if (holders.containsKey(relay.peer())) {
      joined(relay, Standing.RELAY);
    }
  }

  /** Whether it fetches for a peer what that one asks for, and nothing for ourselves. */
  boolean isForOthers() {
    return passing != null;
  }

  /** Only these chunks are wanted; for a download that fetches for others. */
  void want(ChunkSet chunks) {
    wanted.set(chunks);
    mailbox.nudge();
  }

  /** A session has opened. */
  void met(PeerSession session) {
    promotion.met(session);
  }

  /** A relay names peers that hold the content. */
  void named(PeerSession relay, List<PeerId> named) {
    promotion.named(relay, named);
  }

  /** A peer gave a slot, or holds more than it said before. */
  void has(PeerSource source, ChunkSet chunks) {
    post(new PeerHas(source.peer(), chunks));
    if (passing != null) {
      passing.onReached(chunks);
    }
    if (!source.isThrough() && chunks.isComplete(id().chunkCount())) {
      promotion.direct(source.peer());
    }
  }

  /** Stops; peers are told at once. */
  public void cancel() {
    cancelled = true;
    mailbox.nudge();
  }

  /** What has come so far. */
  public DownloadProgress progress() {
    return new DownloadProgress(
        intake.bytesByPeer(), intake.originBytes(), wastedBytes, refusals);
  }

  /** Waits for the end; the listener has heard of it then. */
  public DownloadOutcome awaitOutcome() throws InterruptedException {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  // ---- for those who bring bytes, on their own threads

  void refused(PeerSource source, RefusalReason reason) {
    refusals.add(reason);
    if (reason == RefusalReason.DONT_HAVE && source.isThrough()) {
      downloads.noteMiss(source.session(), id());
    }
    if (passing != null) {
      passing.onRefused(reason);
    }
  }

  Intake intake() {
    return intake;
  }

  void post(SwarmEvent event) {
    mailbox.post(event);
  }

  /** As {@link #post}, but never waits: for what says who is there. */
  void postAtOnce(SwarmEvent event) {
    mailbox.postAtOnce(event);
  }

  /** A session is closed, or takes nothing. */
  void left(SessionTransfers transfers, String reason) {
    PeerId peer = transfers.session().peer();
    if (holders.remove(peer, transfers)) {
      postAtOnce(new PeerLeft(peer, reason));
      promotion.left(peer);
    }
  }

  // ---- the loop

  void start() {
    postAtOnce(new AlreadyHere(fill.chunks()));
    fill.setDemandListener(mailbox::nudge);
    mailbox.nudge();
    Thread.ofVirtual().name("download-" + id()).start(this::run);
  }

  private void run() {
    DownloadOutcome end;
    try {
      end = loop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end = new DownloadOutcome.Cancelled();
    } catch (RuntimeException e) {
      LOG.error("the download of {} is broken", id(), e);
      end = new DownloadOutcome.Failed(new IOException("the download is broken: " + e, e));
    }
    end(end);
  }

  private DownloadOutcome loop() throws InterruptedException {
    DownloadOutcome end = decided;
    while (end == null) {
      long now = nanoClock.getAsLong();
      List<SwarmEvent> events = mailbox.drain(wakeNanos - now);
      events.forEach(this::dropEnded);
      perform(core.on(lookAround(events), nanoClock.getAsLong()));
      wastedBytes = core.wastedBytes();
      end = decided;
    }
    return end;
  }

  /** Where the peer has ended a transfer, nothing is said in it any more. */
  private void dropEnded(SwarmEvent event) {
    switch (event) {
      case PeerLeft(var peer, var ignored) -> drop(peer);
      case PeerRefused(var peer, var ignored, var alsoIgnored) -> drop(peer);
      default -> {}
    }
  }

  private void drop(PeerId peer) {
    PeerSource source = sources.remove(peer);
    if (source != null) {
      source.stop();
    }
  }

  /** Adds to what was posted what can be seen: where the reader is, and whether to go on. */
  private List<SwarmEvent> lookAround(List<SwarmEvent> posted) {
    List<SwarmEvent> events = new ArrayList<>(posted);
    IOException broken = intake.fault();
    int readers = passing == null ? fill.readers() : 1;
    wasRead |= readers > 0;
    if (broken != null) {
      decided = new DownloadOutcome.Failed(broken);
      events.add(new ReaderGone());
    } else if (cancelled || (wasRead && readers == 0)) {
      decided = new DownloadOutcome.Cancelled();
      events.add(new ReaderGone());
    }
    long demanded = passing == null ? fill.demand() : lookAtWanted(events);
    if (demanded != demand) {
      demand = demanded;
      events.add(0, new DemandMoved(demanded));
    }
    if (events.isEmpty()) {
      events.add(new Tick());
    }
    return events;
  }

  /** Returns the first byte that is wanted for others. */
  private long lookAtWanted(List<SwarmEvent> events) {
    ChunkSet chunks = wanted.get();
    if (!chunks.equals(wantedBefore) || demand < 0) {
      wantedBefore = chunks;
      events.add(0, new Wanted(chunks));
    }
    return Math.max(0, (long) chunks.nextSet(0) * ContentId.CHUNK_BYTES);
  }

  private void perform(List<SwarmAction> actions) {
    for (SwarmAction action : actions) {
      perform(action);
    }
  }

  private void perform(SwarmAction action) {
    switch (action) {
      case SwarmAction.Open(var peer) -> open(peer);
      case SwarmAction.Request(var peer, var first, var count) -> {
        PeerSource source = sources.get(peer);
        if (source != null) {
          source.request(first, count);
        }
      }
      case SwarmAction.Cancel(var peer, var first, var count) -> {
        PeerSource source = sources.get(peer);
        if (source != null) {
          source.cancel(first, count);
        }
      }
      case SwarmAction.Close(var peer) -> {
        PeerSource source = sources.remove(peer);
        if (source != null) {
          source.close();
        }
      }
      case SwarmAction.Tell(var peer, var members) -> {
        PeerSource source = sources.get(peer);
        if (source != null) {
          source.tell(members);
        }
      }
      case SwarmAction.Ban(var peer, var reason) -> {
        drop(peer);
        downloads.ban(peer, holders.get(peer), reason);
      }
      case SwarmAction.OpenOrigin open -> openOrigin(open);
      case SwarmAction.CancelOrigin(var ignored) -> cancelOrigin();
      case SwarmAction.WakeAt(var nanos) -> wakeNanos = nanos;
      case SwarmAction.Finished() -> decided = new DownloadOutcome.Finished();
      case SwarmAction.Failed(var reasons) ->
          decided =
              new DownloadOutcome.Failed(
                  new IOException(
                      "no source is left of %s: %s".formatted(id(), String.join("; ", reasons))));
    }
  }

  private void open(PeerId peer) {
    drop(peer);
    SessionTransfers transfers = holders.get(peer);
    if (transfers != null) {
      PeerSource source = transfers.open(this, promotion.isRelay(peer));
      sources.put(peer, source);
      source.open();
    }
  }

  private void openOrigin(SwarmAction.OpenOrigin range) {
    OriginRanges ranges = origin;
    if (ranges != null) {
      OriginReader opened = new OriginReader(this, intake, ranges, range);
      reader = opened;
      opened.start();
    }
  }

  private void cancelOrigin() {
    OriginReader open = reader;
    if (open != null) {
      open.cancel();
    }
  }

  private void end(DownloadOutcome end) {
    cancelOrigin();
    mailbox.close();
    gate.shut();
    fill.setDemandListener(Download::nobodyListens);
    sources.values().forEach(PeerSource::stop);
    for (PeerState state : core.peers()) {
      downloads.paths().learned(state.peer(), state.window().estimate());
    }
    holders.values().forEach(transfers -> transfers.leave(this));
    if (end instanceof DownloadOutcome.Failed(IOException cause)) {
      fill.fail(cause);
    }
    downloads.ended(this);
    try {
      listener.onEnded(end);
    } finally {
      outcome.complete(end);
    }
  }

  private static void nobodyListens() {}
}
