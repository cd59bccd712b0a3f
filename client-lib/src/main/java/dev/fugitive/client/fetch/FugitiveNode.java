package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.Invalidation;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.client.evidence.TrustBook;
import dev.fugitive.client.evidence.TrustFile;
import dev.fugitive.client.limits.UploadControl;
import dev.fugitive.client.limits.UploadPolicy;
import dev.fugitive.client.mirror.Mirror;
import dev.fugitive.client.mirror.OrderPost;
import dev.fugitive.client.origin.OriginReach;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.Rendezvous;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: its cache, its peers and its fetch path, from start to close. A program that embeds the
 * product needs nothing else:
 *
 * <pre>{@code
 * NodeSettings settings = NodeSettings.inMemory().withRendezvous(url).withTrusted(key);
 * try (FugitiveNode node = FugitiveNode.start(settings)) {
 *   Call call = node.client().newCall(request);
 *   try (Response response = call.execute()) {
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p>Safe for use by any number of threads. Closing ends calls first, then peers, then the cache,
 * so that nothing is used after it is gone.
 *
 * <h2>On top of a program's own OkHttpClient</h2>
 *
 * A program that has set up an {@link OkHttpClient} starts the node with it, and keeps its way to
 * the network. Of its settings these count:
 *
 * <ul>
 *   <li><b>For all that the node asks of origins and the rendezvous:</b> DNS, proxies and their
 *       authenticator, sockets, TLS (trust, host names, pins, connection specs), protocols,
 *       connection pool, fast fallback, ping interval, retry on connection failure, the limits for
 *       connecting, reading and writing, event listeners.
 *   <li><b>For the calls of {@link #client}, and no others:</b> interceptors (they see each call
 *       once, before the cache), redirect rules, authenticator, cookie jar, call timeout.
 *   <li><b>Not at all:</b> its cache and its dispatcher; the node has its own.
 * </ul>
 *
 * Network interceptors are refused: they would change requests behind the cache's back. What the
 * client's TLS settings accept counts as validated, so a node whose client trusts more than the
 * platform does also vouches for what it got that way.
 */
public final class FugitiveNode implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(FugitiveNode.class);

  private final NodeSettings settings;
  private final NodeNetwork network;
  private final NodeStores stores;
  private final Library library;
  private final UploadControl uploads;
  private final PeerAccess peers;
  private final TrustBook trust;
  private final TrustWatch trustWatch;
  private final OrderPost orders = new OrderPost();
  private final FetchTotals totals = new FetchTotals();
  private final NodePaths paths;
  private final Explainer explainer;
  private final FetchReports reports;
  private final InstantSource clock = InstantSource.system();
  private final FugitiveInterceptor interceptor;
  private volatile boolean offline;

  private FugitiveNode(
      NodeSettings settings, NodeStores stores, UploadControl uploads, NodeGround ground) {
    this.settings = settings;
    this.stores = stores;
    this.uploads = uploads;
    this.network = new NodeNetwork(ground.base(), ground.reach());
    // what may refuse the settings comes before whatever must be closed
    Rendezvous rendezvous = ground.rendezvous().apply(network.client());
    PeerTransport transport = ground.transport().get();
    SharedHoldings shared =
        SharedHoldings.of(stores.contents(), stores.index(), stores.decoded(), settings.rules());
    this.library =
        new Library(
            stores.contents(),
            stores.index(),
            shared,
            new SharingJudge(settings.identity(), settings.rules(), clock),
            stores.decoded());
    this.trust =
        new TrustBook(
            settings.identity().peerId(),
            settings.trusted(),
            settings.trustFile().map(TrustFile::new));
    this.trustWatch =
        TrustWatch.start(
            trust,
            library,
            stores.documents(),
            settings.cacheDirectory().map(directory -> directory.resolve("last-trusted")),
            settings.trustFile().isPresent());
    this.peers =
        PeerAccess.start(
            settings, stores.contents(), shared, transport, rendezvous, uploads, orders);
    this.reports = new FetchReports(FetchListener.both(totals, ground.listener()), clock);
    this.paths = new NodePaths(network, this::path);
    this.explainer =
        new Explainer(
            library, stores.documents(), peers, paths.planner(), settings, ground.reach(), clock);
    this.interceptor = new FugitiveInterceptor(this, paths::forPrograms);
  }

  private FetchPath.Built path(WayToOrigins origins) {
    return FetchPath.build(
        new FetchPath.Parts(
            origins,
            network.threads(),
            library,
            peers.network(),
            stores.documents(),
            trust,
            settings,
            reports,
            this::isOffline,
            clock));
  }

  /**
   * Starts a node that nobody listens to. Where WebRTC cannot load, it runs without peers, and
   * {@link #status} says why.
   *
   * @throws IOException where the cache directory cannot be used; the message names it and says why
   */
  public static FugitiveNode start(NodeSettings settings) throws IOException {
    return start(settings, FetchListener.NONE);
  }

  /**
   * Starts a node.
   *
   * @param listener hears of every fetch, on the thread that carries it
   * @throws IOException where the cache directory cannot be used; the message names it and says why
   */
  public static FugitiveNode start(NodeSettings settings, FetchListener listener)
      throws IOException {
    return start(settings, listener, OriginReach.ANYWHERE);
  }

  /**
   * Starts a node that fetches on somebody else's behalf: a proxy.
   *
   * @param listener hears of every fetch, on the thread that carries it
   * @param reach which addresses origins may have
   * @throws IOException where the cache directory cannot be used; the message names it and says why
   */
  public static FugitiveNode start(NodeSettings settings, FetchListener listener, OriginReach reach)
      throws IOException {
    return open(settings, NodeGround.webRtc(settings, BaseClient.own(), reach, listener));
  }

  /**
   * Starts a node on top of a program's own client; which of its settings count is said above.
   *
   * @param listener hears of every fetch, on the thread that carries it
   * @param base stays the program's: closing the node leaves its connections and threads alone
   * @throws IllegalArgumentException where the client has network interceptors
   * @throws IOException where the cache directory cannot be used; the message names it and says why
   */
  public static FugitiveNode start(NodeSettings settings, FetchListener listener, OkHttpClient base)
      throws IOException {
    return open(
        settings, NodeGround.webRtc(settings, BaseClient.of(base), OriginReach.ANYWHERE, listener));
  }

  static FugitiveNode start(
      NodeSettings settings,
      PeerTransport transport,
      Rendezvous rendezvous,
      OkHttpClient base,
      FetchListener listener)
      throws IOException {
    return open(settings, NodeGround.of(transport, rendezvous, base, listener));
  }

  static FugitiveNode open(NodeSettings settings, NodeGround ground) throws IOException {
    NodeStores stores = NodeStores.open(settings);
    try {
      UploadControl uploads = NodeStores.control(settings, ground.machine());
      try {
        return new FugitiveNode(settings, stores, uploads, ground);
      } catch (RuntimeException e) {
        uploads.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      stores.close();
      throw e;
    }
  }

  /**
   * Opens the cache of a node that does not run, for its owner.
   *
   * @throws dev.fugitive.cache.store.DirectoryInUseException where one runs
   */
  public static Stock openStock(NodeSettings settings) throws IOException {
    return NodeStores.openStock(settings);
  }

  /**
   * Tells why a URL would come from where it would come; peers are asked as for a fetch, the origin
   * is not.
   */
  public Explanation explain(HttpUrl url) throws IOException {
    return explainer.explain(url.newBuilder().fragment(null).build());
  }

  /** What is in the cache, for its owner. */
  public Stock stock() {
    return new Stock(stores.contents(), stores.index(), library::forget, clock, () -> {});
  }

  /** A client for programs: behaves as an {@link OkHttpClient} with the base's settings does. */
  public FugitiveClient client() {
    return new FugitiveClient(paths.forPrograms(), network.webSockets(this::unlessOffline));
  }

  /**
   * An interceptor for programs that keep their own {@link OkHttpClient}.
   *
   * @return the one of this node, for any number of clients
   */
  public FugitiveInterceptor interceptor() {
    return interceptor;
  }

  /**
   * Sets whether origins are left alone: as of now, requests are answered from the cache, stale
   * answers included where HTTP allows them, or by peers with evidence; otherwise with 504 and a
   * text that says why. What is already under way goes on. The rendezvous and peers are met all the
   * same.
   *
   * @param on true to ask no origin, false to ask them again
   */
  public void setOffline(boolean on) {
    offline = on;
  }

  /**
   * Whether origins are left alone.
   *
   * @return what was last set; false at the start
   */
  public boolean isOffline() {
    return offline;
  }

  /** Whether it was closed. */
  boolean isClosed() {
    return network.isClosed();
  }

  private Response unlessOffline(Interceptor.Chain chain) throws IOException {
    if (offline) {
      throw new OfflineException();
    }
    return chain.proceed(chain.request());
  }

  /** The bare fetch path for proxies: a response is passed on as the origin sent it. */
  public Call.Factory asSent() {
    return paths.own();
  }

  /** Forgets what an answer makes invalid (RFC 9111 section 4.4) that came past the fetch path. */
  public void passedBy(RequestHead request, ResponseHead response) {
    Invalidation.keys(request, response).forEach(library::forget);
  }

  /**
   * Answers that need no waiting, for proxies: the same that {@link #asSent} would give, where they
   * are fresh and in memory.
   *
   * @param encoder what a proxy makes of a head; called again only when the head has changed
   */
  public MemoryHits memoryHits(Function<ResponseHead, ByteString> encoder) {
    return new MemoryHits(library, reports, network::isClosed, clock, encoder);
  }

  /**
   * Waits until a first peer has said what it holds: for programs that fetch one thing and end.
   * Others need not wait, since the origin is there without any peer.
   *
   * @return false where none has in that time, or peers are off
   */
  public boolean awaitPeer(Duration atMost) throws InterruptedException {
    return peers.await(atMost);
  }

  /** This node's name among peers, and the key that others trust. */
  public PeerId peerId() {
    return settings.identity().peerId();
  }

  /** What peers say to mirrors and mirrors to peers; for a {@link Mirror} on top of the node. */
  public OrderPost orders() {
    return orders;
  }

  /**
   * Whoever has something to say to one of these mirrors, and the mirror itself, look for each
   * other from now on; those that were sought before are not any more.
   */
  public void seekMirrors(Set<PeerId> mirrors) {
    peers.seekMirrors(mirrors);
  }

  /** Looks at once whether the list of trusted keys has changed, which otherwise takes a second. */
  public void refreshTrust() {
    trustWatch.refresh();
  }

  /** What the node has, does and did. */
  public NodeStatus status() {
    return new NodeStatus(
        peerId(),
        uploads.standing(),
        stores.contents().status(),
        stores.index().status(),
        totals,
        stores.documents().status(),
        trust.status(),
        peers.status());
  }

  /** Gives to peers from now on, within the limits, or stops at once. A program asks its user. */
  public void sharing(boolean on) {
    uploads.change(before -> before.withSharing(on));
  }

  /** Gives what this allows from now on; what it does not allow stops at once. */
  public void limits(UploadPolicy policy) {
    uploads.change(before -> policy);
  }

  /** What is allowed to be given. */
  public UploadPolicy limits() {
    return uploads.standing().policy();
  }

  /** Stops giving at once, for this long; what peers are being given ends, too. */
  public void pauseUploads(Duration duration) {
    uploads.pause(duration);
  }

  /** Ends a pause. */
  public void resumeUploads() {
    uploads.change(before -> before.withPausedUntil(Optional.empty()));
  }

  /**
   * Keeps a peer away: its link is closed, and none is made to it for this long, at most 30 days
   * past a restart; without a {@link NodeSettings#banFile} until the node closes.
   *
   * @param reason for whoever looks at the bans
   * @return false where peers are off
   */
  public boolean ban(PeerId peer, String reason, Duration atMost) {
    return peers.keepAway(peer, reason, atMost);
  }

  /**
   * Ends a peer's ban, and forgets what it did.
   *
   * @return false where peers are off
   */
  public boolean pardon(PeerId peer) {
    return peers.pardon(peer);
  }

  /** Who else has a content, as far as this node's peers have said. */
  public Seeders seeders(ContentId content) {
    return peers.seeders(content);
  }

  /** The node's way to peers; for tests, which must see what it knows. */
  PeerNetwork peerNetwork() {
    return peers.network().orElseThrow();
  }

  /** Ends the node's calls, leaves its peers and closes its cache; calls fail from now on. */
  @Override
  public void close() throws IOException {
    network.cancelCalls();
    peers.close();
    network.close();
    trustWatch.close();
    try (uploads) {
      stores.close();
    }
    LOG.debug("closed {}", peerId().shortName());
  }
}
