package dev.fugitive.client.fetch;

import dev.fugitive.cache.index.RepresentationIndex;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.DiskStore;
import dev.fugitive.cache.store.MemoryTier;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.Rendezvous;
import dev.fugitive.client.signalling.RendezvousClient;
import dev.fugitive.client.signalling.RendezvousSettings;
import java.io.Closeable;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import okhttp3.Call;
import okhttp3.CompressionInterceptor;
import okhttp3.Gzip;
import okhttp3.OkHttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: its cache, its peers and its fetch path, from start to close.
 *
 * <p>Closing ends calls first, then peers, then the cache, so that nothing is used after it is
 * gone.
 */
public final class FugitiveNode implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(FugitiveNode.class);
  private static final long MAX_INDEX_BYTES = 512L * 1024 * 1024;

  /** One part in so many of a limit is for heads, the rest for bodies. */
  private static final long INDEX_SHARE = 20;

  private final NodeSettings settings;
  private final ExecutorService threads;
  private final OkHttpClient network;
  private final ContentStore contents;
  private final RepresentationIndex index;
  private final PeerAccess peers;
  private final FetchTotals totals = new FetchTotals();
  private final OkHttpClient path;

  private FugitiveNode(
      NodeSettings settings,
      ContentStore contents,
      RepresentationIndex index,
      PeerTransport transport,
      Rendezvous rendezvous,
      OkHttpClient network,
      FetchListener listener) {
    InstantSource clock = InstantSource.system();
    this.settings = settings;
    this.contents = contents;
    this.index = index;
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("fetch-", 0).factory());
    this.network = network;
    SharedHoldings shared = SharedHoldings.of(contents, index);
    Library library =
        new Library(contents, index, shared, settings.identity(), settings.rules(), clock);
    this.peers = PeerAccess.start(settings, contents, shared, transport, rendezvous);
    this.path =
        FetchPath.build(
            new FetchPath.Parts(
                network,
                threads,
                library,
                peers.network(),
                settings,
                FetchListener.both(totals, listener),
                clock));
  }

  /**
   * Starts a node.
   *
   * @throws IOException where the cache directory cannot be used; the message names it and says why
   */
  public static FugitiveNode start(NodeSettings settings, FetchListener listener)
      throws IOException {
    OkHttpClient network = new OkHttpClient();
    Rendezvous rendezvous =
        settings.rendezvous().<Rendezvous>map(url -> client(url, network)).orElse(Rendezvous.NONE);
    return start(
        settings, PeerTransport.webRtc(settings.iceServers()), rendezvous, network, listener);
  }

  private static RendezvousClient client(String url, OkHttpClient network) {
    return new RendezvousClient(url, network, RendezvousSettings.DEFAULT, new SecureRandom());
  }

  static FugitiveNode start(
      NodeSettings settings,
      PeerTransport transport,
      Rendezvous rendezvous,
      OkHttpClient network,
      FetchListener listener)
      throws IOException {
    ContentStore contents = openContents(settings);
    try {
      RepresentationIndex index = openIndex(settings);
      return new FugitiveNode(settings, contents, index, transport, rendezvous, network, listener);
    } catch (IOException e) {
      contents.close();
      throw e;
    }
  }

  private static ContentStore openContents(NodeSettings settings) throws IOException {
    return settings.cacheDirectory().isEmpty()
        ? MemoryTier.open(settings.memoryLimitBytes())
        : DiskStore.open(
            settings.cacheDirectory().get().resolve("contents"),
            settings.diskLimitBytes() - indexBytes(settings),
            settings.memoryLimitBytes());
  }

  private static RepresentationIndex openIndex(NodeSettings settings) throws IOException {
    return settings.cacheDirectory().isEmpty()
        ? RepresentationIndex.inMemory(settings.memoryLimitBytes() / INDEX_SHARE)
        : RepresentationIndex.open(
            settings.cacheDirectory().get().resolve("representations"), indexBytes(settings));
  }

  private static long indexBytes(NodeSettings settings) {
    return Math.min(MAX_INDEX_BYTES, settings.diskLimitBytes() / INDEX_SHARE);
  }

  /** A client for programs: follows redirects and decodes gzip as OkHttp does. */
  public FugitiveClient client() {
    OkHttpClient.Builder client = path.newBuilder();
    client.interceptors().add(0, new CompressionInterceptor(Gzip.INSTANCE));
    client.interceptors().add(0, new RedirectInterceptor());
    return new FugitiveClient(client.build());
  }

  /** The bare fetch path for proxies: a response is passed on as the origin sent it. */
  public Call.Factory asSent() {
    return new FugitiveClient(path);
  }

  /** This node's name among peers, and the key that others trust. */
  public PeerId peerId() {
    return settings.identity().peerId();
  }

  /** What the node has, does and did. */
  public NodeStatus status() {
    return new NodeStatus(
        peerId(), settings.sharing(), contents.status(), index.status(), totals, peers.status());
  }

  /** The node's way to peers; for tests, which must see what it knows. */
  PeerNetwork peerNetwork() {
    return peers.network().orElseThrow();
  }

  @Override
  public void close() throws IOException {
    path.dispatcher().cancelAll();
    peers.close();
    threads.shutdownNow();
    network.dispatcher().executorService().shutdown();
    network.connectionPool().evictAll();
    try (contents) {
      index.close();
    }
    LOG.debug("closed {}", peerId().shortName());
  }
}
