package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.store.ChunkFill;
import dev.fugitive.client.mesh.BanSink;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.CanReach;
import dev.fugitive.client.wire.PeerMessage.Chunks;
import dev.fugitive.client.wire.PeerMessage.FoundAndSending;
import dev.fugitive.client.wire.PeerMessage.Have;
import dev.fugitive.client.wire.PeerMessage.Refuse;
import dev.fugitive.client.wire.WireLimits;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All contents that are being fetched now. Messages of sessions are handed to the download that
 * their transfer belongs to; whoever answers for a transfer that was never opened is banned.
 */
public final class Downloads implements AutoCloseable {
  /** Small contents that are waited for before it is known which: 8 MiB of them at most. */
  private static final int MAX_WISHES = 64;

  /** A small content, for comparing peers. */
  private static final double SMALL_BYTES = 64 * 1024;

  /** What a path counts for, for comparing peers, where the rate of none is known. */
  private static final double UNKNOWN_BYTES_PER_SECOND = 1e6;

  private final PeerId self;
  private final BanSink bans;
  private final PeerDirectory directory;
  private final LongSupplier nanoClock;
  private final PathMemory paths;
  private final Map<PeerSession, SessionTransfers> sessions = new ConcurrentHashMap<>();
  private final Set<Download> running = ConcurrentHashMap.newKeySet();
  private final Semaphore wishes = new Semaphore(MAX_WISHES);
  private volatile boolean closed;

  /**
   * @param self our own name
   * @param nanoClock for durations only, as {@link System#nanoTime}
   */
  public Downloads(PeerId self, BanSink bans, LongSupplier nanoClock) {
    this(self, bans, PeerDirectory.NONE, nanoClock);
  }

  /**
   * @param self our own name
   * @param directory links us to peers that relays name
   * @param nanoClock for durations only, as {@link System#nanoTime}
   */
  public Downloads(PeerId self, BanSink bans, PeerDirectory directory, LongSupplier nanoClock) {
    this.self = self;
    this.directory = directory;
    this.bans = bans;
    this.nanoClock = nanoClock;
    this.paths = new PathMemory(nanoClock);
  }

  /** Starts to fetch a content without relays. */
  public Download start(
      ContentId id,
      ChunkFill fill,
      Collection<PeerSession> holders,
      Collection<PeerSession> fellows,
      @Nullable OriginRanges origin,
      FetchPolicy policy,
      DownloadListener listener) {
    return start(id, fill, holders, List.of(), fellows, origin, policy, listener);
  }

  /**
   * Starts to fetch a content.
   *
   * <p>It ends when everything is in the fill, when nobody reads any more (once somebody has), when
   * it is cancelled, or when no source is left; then the fill is failed too. The fill stays the
   * caller's, and must not be closed before the listener has heard of the end.
   *
   * @param holders sessions with peers that may hold it, open ones
   * @param relays sessions with peers that may pass it on from peers of theirs
   * @param fellows sessions with peers that might be fetching it too; asked where no holder has all
   * @param origin the origin as one more source, where it can be asked by ranges
   */
  public Download start(
      ContentId id,
      ChunkFill fill,
      Collection<PeerSession> holders,
      Collection<PeerSession> relays,
      Collection<PeerSession> fellows,
      @Nullable OriginRanges origin,
      FetchPolicy policy,
      DownloadListener listener) {
    if (!id.equals(fill.id())) {
      throw new IllegalArgumentException("content: " + id + " (expected: " + fill.id() + ")");
    }
    Download download = new Download(this, fill, origin, policy, listener, null, nanoClock);
    return begin(download, holders, relays, fellows);
  }

  /** Fetches for others, from peers, what {@link Download#want} names. */
  Download pass(
      ChunkFill fill,
      Collection<PeerSession> holders,
      Download.Passing passing,
      DownloadListener listener) {
    return begin(
        new Download(this, fill, null, FetchPolicy.OFFLOAD, listener, passing, nanoClock),
        holders,
        List.of(),
        List.of());
  }

  private Download begin(
      Download download,
      Collection<PeerSession> holders,
      Collection<PeerSession> relays,
      Collection<PeerSession> fellows) {
    running.add(download);
    holders.stream().limit(SwarmLimits.MAX_HOLDERS).forEach(download::addHolder);
    relays.stream().limit(SwarmLimits.MAX_HOLDERS).forEach(download::addRelay);
    fellows.stream()
        .filter(session -> !holders.contains(session) && !relays.contains(session))
        .limit(SwarmLimits.MAX_HOLDERS)
        .forEach(download::addFellow);
    download.start();
    if (closed) {
      download.cancel();
    }
    return download;
  }

  /** A session is open; downloads that wait for this peer go on with it. */
  public void onOpened(PeerSession session) {
    running.forEach(download -> download.met(session));
  }

  /** A message came: what answers a transfer is handled, everything else is somebody else's. */
  public void onMessage(PeerSession session, PeerMessage message) {
    switch (message) {
      case FoundAndSending sending ->
          find(session, sending.transferId()).ifPresent(source -> source.onSending(sending));
      case Have have -> find(session, have.transferId()).ifPresent(source -> source.onHave(have));
      case CanReach reach ->
          find(session, reach.transferId()).ifPresent(source -> source.onCanReach(reach));
      case Refuse refuse ->
          find(session, refuse.transferId()).ifPresent(source -> source.onRefuse(refuse));
      case Chunks chunks ->
          find(session, chunks.transferId())
              .ifPresentOrElse(source -> source.onChunks(chunks), () -> late(session, chunks));
      default -> {}
    }
  }

  /** A peer asks us for a content: it fetches it too. */
  public void onReader(PeerSession session, PeerMessage.Open open) {
    for (Download download : running) {
      if (download.id().equals(open.content()) && !download.isForOthers()) {
        download.readBy(session, open.transferId());
      }
    }
  }

  /** A peer that asked us for a content tells who else fetches it. */
  public void onMembers(PeerSession session, PeerMessage.Members members) {
    transfers(session)
        .findReader(members.transferId())
        .ifPresent(download -> download.peerTells(session, members.members()));
  }

  /** A peer no longer asks us for a content. */
  public void onReaderGone(PeerSession session, PeerMessage.Close close) {
    transfers(session)
        .takeReader(close.transferId())
        .ifPresent(download -> download.peerReads(session, false));
  }

  /**
   * Chooses one peer to send a small content together with its answer, and reserves a transfer for
   * it: the one that will probably be the first to have sent it, of those that are trusted or have
   * given us something before; empty where there is none, or where enough is wished already.
   *
   * @param trusted whose word is believed, so that it need not prove itself with a single chunk
   */
  public Optional<Wished> wish(Collection<PeerSession> peers, Predicate<PeerId> trusted) {
    List<PeerSession> able =
        peers.stream()
            .filter(session -> paths.isProven(session.peer()) || trusted.test(session.peer()))
            .toList();
    double fastest =
        able.stream()
            .mapToDouble(session -> paths.path(session).bytesPerSecond())
            .reduce(UNKNOWN_BYTES_PER_SECOND, Math::max);
    Optional<PeerSession> soonest =
        able.stream().min(Comparator.comparingDouble(session -> sendingNanos(session, fastest)));
    if (soonest.isEmpty() || !wishes.tryAcquire()) {
      return Optional.empty();
    }
    SessionTransfers transfers = transfers(soonest.get());
    Optional<Wished> wish =
        transfers.wish(
            WireLimits.MAX_SENT_CHUNKS, reason -> ban(transfers, reason), wishes::release);
    if (wish.isEmpty()) {
      wishes.release();
    }
    return wish;
  }

  /**
   * About how long a peer takes to send one more small content.
   *
   * @param usual the rate of a path that is not known
   */
  private double sendingNanos(PeerSession session, double usual) {
    PathEstimate path = paths.path(session);
    double bytes = (1.0 + transfers(session).openCount()) * SMALL_BYTES;
    double rate = path.bytesPerSecond() > 0 ? path.bytesPerSecond() : usual;
    return path.roundTripNanos() + bytes * 1e9 / rate;
  }

  private Optional<Incoming> find(PeerSession session, int transferId) {
    SessionTransfers transfers = transfers(session);
    if (!transfers.wasOpened(transferId)) {
      ban(transfers, "answered transfer %d (expected: one of ours)".formatted(transferId));
    }
    return transfers.find(transferId);
  }

  /** Chunks of a transfer that is over may have been under way. */
  private void late(PeerSession session, Chunks chunks) {
    SessionTransfers transfers = transfers(session);
    if (!transfers.mayBeLate(chunks.chunkCount())) {
      ban(transfers, "sent chunks of transfer %d after its end".formatted(chunks.transferId()));
    }
  }

  /** A session is closed: its transfers are over. */
  public void onClosed(PeerSession session, String reason) {
    SessionTransfers transfers = sessions.remove(session);
    if (transfers != null) {
      transfers.close().forEach(download -> download.left(transfers, reason));
    }
  }

  /** How many contents are being fetched. */
  public int count() {
    return running.size();
  }

  /** Cancels all downloads and waits until they have ended. */
  @Override
  public void close() {
    closed = true;
    running.forEach(Download::cancel);
    try {
      for (Download download : running) {
        download.awaitOutcome();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- for downloads

  /** Of a session that was closed before, which nobody will close again, nothing is kept. */
  SessionTransfers transfers(PeerSession session) {
    SessionTransfers known = sessions.get(session);
    if (known != null) {
      return known;
    }
    SessionTransfers made = sessions.computeIfAbsent(session, SessionTransfers::new);
    if (!session.isOpen()) {
      onClosed(session, "closed");
    }
    return made;
  }

  /** Bans the peer of a session, once; all that it has to do with us is over. */
  void ban(SessionTransfers transfers, String reason) {
    if (transfers.ban()) {
      bans.ban(transfers.session().peer(), reason);
      transfers.close().forEach(download -> download.left(transfers, "banned: " + reason));
    }
  }

  /** Bans a peer whose session may be gone already. */
  void ban(PeerId peer, @Nullable SessionTransfers transfers, String reason) {
    if (transfers == null) {
      bans.ban(peer, reason);
    } else {
      ban(transfers, reason);
    }
  }

  PeerId self() {
    return self;
  }

  /** What a peer's peers were said to hold they do not. */
  void noteMiss(PeerSession through, ContentId content) {
    directory.missed(through, content);
  }

  PeerDirectory directory() {
    return directory;
  }

  PathMemory paths() {
    return paths;
  }

  /** Nothing of a download that is over is kept with any session. */
  void leaveSessions(Download download) {
    sessions.values().forEach(transfers -> transfers.leave(download));
  }

  /** Whoever was told of a download's end has done what there was to do. */
  void ended(Download download) {
    running.remove(download);
  }
}
