package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.MemoryRendezvous;
import dev.fugitive.client.signalling.Rendezvous;
import dev.fugitive.client.transfer.FetchPolicy;
import dev.fugitive.client.transport.HostRates;
import dev.fugitive.client.transport.MemoryNetwork;
import dev.fugitive.client.transport.MemoryTransport;
import dev.fugitive.client.transport.PathConditions;
import dev.fugitive.client.transport.RealTime;
import dev.fugitive.client.trust.SharingRules;
import dev.fugitive.client.trust.TrustOrigins;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okio.ByteString;
import org.awaitility.Awaitility;

/** Nodes of one test, on one network in memory. */
final class TestNodes implements Closeable {
  private final RealTime time = new RealTime("test-network");
  private final MemoryNetwork network = new MemoryNetwork(time, PathConditions.NONE, 1);
  private final LineRendezvous rendezvous = new LineRendezvous(new MemoryRendezvous());
  private final List<FugitiveNode> started = new ArrayList<>();
  private final Map<FugitiveNode, MemoryTransport> hosts = new HashMap<>();
  private final String trustedOrigin;
  private final OkHttpClient base;

  /**
   * @param trustedOrigin host and port whose answers are vouched for
   */
  TestNodes(String trustedOrigin) {
    this(trustedOrigin, new OkHttpClient());
  }

  /**
   * @param base by whose settings the nodes reach origins
   */
  TestNodes(String trustedOrigin, OkHttpClient base) {
    this.trustedOrigin = trustedOrigin;
    this.base = base;
  }

  /** Starts a node that shares, and believes these keys. */
  FugitiveNode start(PeerId... trusted) throws IOException {
    return start(Identity.generate(), trusted);
  }

  /** Starts a node that shares, and believes these keys, under a name that is known before. */
  FugitiveNode start(Identity identity, PeerId... trusted) throws IOException {
    return start(identity, settings -> settings, trusted);
  }

  /** The same with other settings. */
  FugitiveNode start(Identity identity, UnaryOperator<NodeSettings> changed, PeerId... trusted)
      throws IOException {
    return start(
        changed.apply(settings(identity, Optional.empty(), 128L * 1024 * 1024, Set.of(trusted))));
  }

  /** Has two peers never hear of each other by the rendezvous. */
  void keepApart(Identity one, Identity other) {
    keepApart(one.peerId(), other.peerId());
  }

  /** Has two peers never hear of each other by the rendezvous. */
  void keepApart(PeerId one, PeerId other) {
    rendezvous.keepApart(one, other);
  }

  /** Starts a node that keeps what it has on disk, with little of it in memory. */
  FugitiveNode startOnDisk(Path cacheDirectory, PeerId... trusted) throws IOException {
    return startOnDisk(Identity.generate(), cacheDirectory, trusted);
  }

  /** The same under a name that is known before. */
  FugitiveNode startOnDisk(Identity identity, Path cacheDirectory, PeerId... trusted)
      throws IOException {
    return start(settings(identity, Optional.of(cacheDirectory), 64 * 1024, Set.of(trusted)));
  }

  private NodeSettings settings(
      Identity identity,
      Optional<Path> cacheDirectory,
      long memoryLimitBytes,
      Set<PeerId> trusted) {
    return new NodeSettings(
        identity,
        cacheDirectory,
        1L << 30,
        memoryLimitBytes,
        Optional.empty(),
        List.of(),
        trusted,
        new SharingRules(TrustOrigins.parse(List.of(trustedOrigin)), List.of()),
        FetchPolicy.OFFLOAD,
        true,
        Optional.empty(),
        8,
        8,
        12);
  }

  private FugitiveNode start(NodeSettings settings) throws IOException {
    MemoryTransport host = network.join(HostRates.UNLIMITED);
    FugitiveNode node =
        FugitiveNode.start(
            settings, new PeerTransport.Available(host), rendezvous, base, FetchListener.NONE);
    started.add(node);
    hosts.put(node, host);
    return node;
  }

  /** The machine that a node runs on. */
  MemoryTransport host(FugitiveNode node) {
    return Objects.requireNonNull(hosts.get(node), "a node of this test");
  }

  MemoryNetwork network() {
    return network;
  }

  Rendezvous rendezvous() {
    return rendezvous;
  }

  /** Waits until one node knows from the other's filter that it has this URL's voucher and body. */
  void awaitHolding(FugitiveNode asking, FugitiveNode holding, HttpUrl url) {
    awaitTold(asking, holding, url);
    await(() ->
        holding.stock().list(url.toString(), false, 0, 1).stream()
            .anyMatch(
                item -> isTold(asking.peerNetwork().routing().holdersOf(item.content()), holding)));
  }

  /**
   * Waits until one node knows from the other's filter that it has this URL, or will in a moment.
   */
  void awaitTold(FugitiveNode asking, FugitiveNode holding, HttpUrl url) {
    ResourceKey key = ResourceKey.primary("GET", url.toString());
    await(() -> isTold(asking.peerNetwork().routing().holdersOf(key), holding));
  }

  /** Waits until one node knows from the other's filter that it has a body with this SHA-256. */
  void awaitDigest(FugitiveNode asking, FugitiveNode holding, ByteString body) {
    Digest digest = new Digest(Digest.Algorithm.SHA_256, body.sha256());
    await(() -> isTold(asking.peerNetwork().routing().holdersOf(digest), holding));
  }

  private static boolean isTold(List<PeerSession> holders, FugitiveNode holding) {
    return holders.stream().anyMatch(session -> session.peer().equals(holding.peerId()));
  }

  private static void await(Callable<Boolean> told) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .until(told);
  }

  static ByteString body(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return ByteString.of(bytes);
  }

  @Override
  public void close() throws IOException {
    for (FugitiveNode node : started) {
      node.close();
    }
    time.close();
  }
}
