package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.store.ChunkFill;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.SwarmEvent.PeerAnswers;
import dev.fugitive.client.transfer.SwarmEvent.PeerHas;
import dev.fugitive.client.transfer.SwarmEvent.PeerJoined;
import dev.fugitive.client.transfer.SwarmEvent.PeerLeft;
import dev.fugitive.client.transfer.SwarmEvent.PeerReads;
import dev.fugitive.client.transfer.SwarmEvent.PeerStrands;
import dev.fugitive.client.transfer.SwarmEvent.PeerTells;
import dev.fugitive.client.transfer.SwarmEvent.Standing;
import dev.fugitive.client.wire.PeerMessage.Member;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One content on its way: knows who may bring it, and hands on what they say, on any thread.
 *
 * <p><b>Who does what.</b> The {@link DownloadLoop} decides, on a thread of its own that never
 * waits for anybody but its mailbox. Sessions' threads verify frames and put them into the fill
 * before they post; so does the thread that reads the origin: that is the {@link Intake}. Each
 * transfer sends from a thread of its own.
 *
 * <p><b>How it ends.</b> The gate is shut, so that nobody puts anything any more; then the fill is
 * failed where something is missing, and the listener hears of it.
 */
public final class Download {
  private final Downloads downloads;
  private final ChunkFill fill;
  private final DownloadListener listener;
  private final @Nullable Passing passing;
  private final AtomicReference<ChunkSet> wanted = new AtomicReference<>(ChunkSet.EMPTY);
  private final Promotion promotion;
  private final Mailbox mailbox = new Mailbox();
  private final Gate gate = new Gate();
  private final Intake intake;
  private final DownloadLoop loop;
  private final Map<PeerId, SessionTransfers> holders = new ConcurrentHashMap<>();
  private final Set<RefusalReason> refusals = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<DownloadOutcome> outcome = new CompletableFuture<>();
  private volatile boolean cancelled;

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
    this.listener = listener;
    this.passing = passing;
    this.intake = new Intake(fill, gate, mailbox, passing, nanoClock);
    this.promotion = new Promotion(this, downloads.directory());
    SwarmCore core =
        new SwarmCore(fill.id(), downloads.self(), policy, origin != null, nanoClock.getAsLong());
    this.loop = new DownloadLoop(this, core, fill, mailbox, origin, nanoClock);
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

  /** A peer asked us for the content, in this transfer of its. */
  void readBy(PeerSession session, int transferId) {
    if (!gate.enter()) {
      return;
    }
    try {
      downloads.transfers(session).noteReader(transferId, this);
    } finally {
      gate.leave();
    }
    peerReads(session, true);
  }

  /** A peer asked us for the content, so that it fetches it too; or it no longer does. */
  void peerReads(PeerSession session, boolean reads) {
    if (reads && !holders.containsKey(session.peer())) {
      add(session, Standing.HOLDER);
    }
    postAtOnce(new PeerReads(session.peer(), reads));
  }

  /** A peer that was asked whether it is there has said something. Never blocks. */
  void peerAnswers(PeerId peer) {
    postAtOnce(new PeerAnswers(peer));
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
    if (session.strands() > 1) {
      postAtOnce(new PeerStrands(peer, session.strands()));
    }
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

  void start() {
    loop.start();
  }

  /** Stops; peers are told at once. */
  public void cancel() {
    cancelled = true;
    mailbox.nudge();
  }

  /** What has come so far. */
  public DownloadProgress progress() {
    return new DownloadProgress(
        intake.bytesByPeer(), intake.originBytes(), loop.wastedBytes(), refusals);
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

  // ---- for the loop

  boolean isCancelled() {
    return cancelled;
  }

  /** What others want, as far as they have said. */
  ChunkSet wanted() {
    return wanted.get();
  }

  /** A new transfer with a holder; null where that one has left. */
  @Nullable PeerSource transfer(PeerId peer) {
    SessionTransfers transfers = holders.get(peer);
    return transfers == null ? null : transfers.open(this, promotion.isRelay(peer));
  }

  void ban(PeerId peer, String reason) {
    downloads.ban(peer, holders.get(peer), reason);
  }

  /** Nobody posts or puts anything any more; waits for those who do. */
  void shut() {
    mailbox.close();
    gate.shut();
  }

  /** The loop's last call: tells everybody how it ended, and what was learned of the paths. */
  void end(DownloadOutcome end, Iterable<PeerState> peers) {
    peers.forEach(this::remember);
    if (end instanceof DownloadOutcome.Failed(IOException cause)) {
      fill.fail(cause);
    }
    downloads.leaveSessions(this);
    try {
      listener.onEnded(end);
    } finally {
      downloads.ended(this);
      outcome.complete(end);
    }
  }

  private void remember(PeerState state) {
    if (id().chunkCount() > SwarmLimits.SMALL_CHUNKS) {
      downloads.paths().learned(state.peer(), state.window().estimate());
    } else if (state.isProven()) {
      downloads.paths().proved(state.peer());
    }
  }
}
