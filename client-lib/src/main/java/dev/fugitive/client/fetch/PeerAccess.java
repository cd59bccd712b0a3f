package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.client.limits.UploadControl;
import dev.fugitive.client.mesh.Mesh;
import dev.fugitive.client.mesh.MeshSettings;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.mirror.OrderPost;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.routing.Routing;
import dev.fugitive.client.signalling.Rendezvous;
import dev.fugitive.client.transfer.Downloads;
import dev.fugitive.client.transfer.PeerDirectory;
import dev.fugitive.client.transfer.Relays;
import dev.fugitive.client.transfer.upload.UploadSettings;
import dev.fugitive.client.transfer.upload.Uploads;
import dev.fugitive.client.transport.Transport;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.WireLimits;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okio.ByteString;

/** A node's way to peers, open from start to close, or the reason why there is none. */
final class PeerAccess implements AutoCloseable {
  /**
   * Every node is in it, so that a few machines find each other before they have fetched anything.
   */
  private static final String COMMON_CONTEXT = "*";

  /** All relayed contents together take at most one part in so many of the cache. */
  private static final int RELAY_SHARE = 16;

  /** Further associations to peers take at most one part in so many of what bodies may take. */
  private static final int STRANDS_SHARE = 16;

  /** What one takes: 105 to 155 KB were measured. */
  private static final int STRAND_BYTES = 160_000;

  private static final int MAX_STRANDS = 112;
  private static final String AGENT = "fugitive/0.1";

  private final Optional<Transport> transport;
  private final Optional<PeerNetwork> network;
  private final CompletableFuture<Void> introduced;
  private final String whyOff;

  private PeerAccess(
      Optional<Transport> transport,
      Optional<PeerNetwork> network,
      CompletableFuture<Void> introduced,
      String whyOff) {
    this.introduced = introduced;
    this.transport = transport;
    this.network = network;
    this.whyOff = whyOff;
  }

  /** Opens the way to peers; never fails, since a node without peers is still a cache. */
  static PeerAccess start(
      NodeSettings settings,
      ContentStore contents,
      SharedHoldings shared,
      PeerTransport transport,
      Rendezvous rendezvous,
      UploadControl control,
      OrderPost orders) {
    CompletableFuture<Void> introduced = new CompletableFuture<>();
    return switch (transport) {
      case PeerTransport.Unavailable(String reason) ->
          new PeerAccess(Optional.empty(), Optional.empty(), introduced, reason);
      case PeerTransport.Available(Transport links) ->
          new PeerAccess(
              Optional.of(links),
              Optional.of(
                  connect(
                      settings, contents, shared, links, rendezvous, control, orders, introduced)),
              introduced,
              "");
    };
  }

  private static PeerNetwork connect(
      NodeSettings settings,
      ContentStore contents,
      SharedHoldings shared,
      Transport links,
      Rendezvous rendezvous,
      UploadControl control,
      OrderPost orders,
      CompletableFuture<Void> introduced) {
    Routing routing = new Routing(shared, shared, salt(), false, control, System::nanoTime);
    // sessions open, and may need the mesh, before it is known here
    CompletableFuture<Mesh> opened = new CompletableFuture<>();
    Downloads downloads =
        new Downloads(
            settings.identity().peerId(),
            (peer, reason) -> opened.join().ban(peer, reason),
            new Directory(routing, opened),
            System::nanoTime);
    Relays relays =
        new Relays(
            contents,
            downloads,
            routing::relayable,
            shared::offerPartly,
            cacheBytes(settings) / RELAY_SHARE);
    Uploads uploads =
        new Uploads(
            contents, UploadSettings.OFF, shared::mayGive, relays, control, System::nanoTime);
    Mesh mesh =
        Mesh.start(
            MeshSettings.of(new PeerMessage.Hello(WireLimits.PROTOCOL_VERSION, AGENT, false))
                .withConnections(settings.targetConnections(), settings.maxConnections())
                .withMaxStrands(maxStrands(settings.memoryLimitBytes()))
                .withBanFile(settings.banFile()),
            settings.identity(),
            links,
            rendezvous,
            new PeerProtocol(routing, downloads, uploads, orders, introduced));
    opened.complete(mesh);
    mesh.pinContexts(List.of(COMMON_CONTEXT));
    PeerNetwork network = new PeerNetwork(mesh, routing, downloads, uploads);
    control.listen(network::allow);
    return network;
  }

  /** Who has something to say to one of these mirrors, and the mirror itself, meet by its name. */
  void seekMirrors(Set<PeerId> mirrors) {
    List<String> contexts = new ArrayList<>(List.of(COMMON_CONTEXT));
    mirrors.stream().map(mirror -> "mirror " + mirror).sorted().forEach(contexts::add);
    network.ifPresent(on -> on.mesh().pinContexts(contexts));
  }

  private static int maxStrands(long memoryLimitBytes) {
    return (int) Math.min(MAX_STRANDS, memoryLimitBytes / STRANDS_SHARE / STRAND_BYTES);
  }

  private static long cacheBytes(NodeSettings settings) {
    return settings.cacheDirectory().isPresent()
        ? settings.diskLimitBytes()
        : settings.memoryLimitBytes();
  }

  /** Knows peers' peers by what routing was told, and meets them by way of the mesh. */
  private record Directory(Routing routing, CompletableFuture<Mesh> mesh) implements PeerDirectory {
    @Override
    public Optional<PeerSession> meet(PeerId peer, PeerSession through) {
      return mesh.join().meet(peer, through);
    }

    @Override
    public void missed(PeerSession through, ContentId content) {
      routing.noteFalseReach(through, content);
    }
  }

  private static ByteString salt() {
    byte[] salt = new byte[WireLimits.SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    return ByteString.of(salt);
  }

  /** Empty where peers are off. */
  Optional<PeerNetwork> network() {
    return network;
  }

  /** Waits until a first peer has said what it holds; false where none has in that time. */
  boolean await(Duration atMost) throws InterruptedException {
    if (network.isEmpty()) {
      return false;
    }
    try {
      introduced.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Closes the link to a peer, and makes none for so long.
   *
   * @return false where peers are off
   */
  boolean keepAway(PeerId peer, String reason, Duration atMost) {
    network.ifPresent(on -> on.mesh().keepAway(peer, reason, atMost));
    return network.isPresent();
  }

  /**
   * Ends a peer's ban, and forgets what it did.
   *
   * @return false where peers are off
   */
  boolean pardon(PeerId peer) {
    network.ifPresent(on -> on.mesh().pardon(peer));
    return network.isPresent();
  }

  /** Who else has a content, as far as peers have said. */
  Seeders seeders(ContentId content) {
    return network
        .map(PeerNetwork::routing)
        .map(routing ->
            new Seeders(routing.holdersOf(content).size(), routing.reaching(content).size()))
        .orElse(Seeders.NONE);
  }

  /** What the network does, or why there is none. */
  PeerStatus status() {
    return network
        .<PeerStatus>map(on ->
            new PeerStatus.On(on.mesh().status(), on.routing().status(), on.uploads().status()))
        .orElseGet(() -> new PeerStatus.Off(whyOff));
  }

  @Override
  public void close() {
    network.ifPresent(on -> {
      on.downloads().close();
      on.uploads().close();
      on.mesh().close();
      on.routing().close();
    });
    transport.ifPresent(Transport::close);
  }
}
