package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.MemoryRendezvous;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over real WebRTC: a pause stops the giving, and a link knows where its packets go. */
class UploadSwitchWebRtcTest {
  private static final int LENGTH = 8_000_000;

  private final MockWebServer origin = new MockWebServer();
  private final TestOrigin published = new TestOrigin();
  private final MemoryRendezvous rendezvous = new MemoryRendezvous();
  private final List<FugitiveNode> nodes = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    origin.setDispatcher(published);
    origin.start();
  }

  @AfterEach
  void close() throws IOException {
    for (FugitiveNode node : nodes) {
      node.close();
    }
    origin.close();
  }

  @Test
  void aPauseStopsTheGivingAndTheReaderDoesNotNotice() throws IOException {
    ByteString body = TestNodes.body(LENGTH);
    published.publish("/a", body);
    FugitiveNode holder = node();
    FugitiveNode reader = node(holder.peerId());
    assertThat(get(holder, "/a")).isEqualTo(body);
    awaitHolder(reader, "/a");
    Request request = new Request.Builder().url(origin.url("/a")).build();

    try (Response response = reader.asSent().newCall(request).execute()) {
      BufferedSource reading = response.body().source();
      ByteString first = reading.readByteString(1_000_000);
      holder.pauseUploads(Duration.ofHours(1));
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> holder.peerNetwork().uploads().status().active().isEmpty());
      ByteString rest = reading.readByteString();

      assertThat(first).isEqualTo(body.substring(0, 1_000_000));
      assertThat(rest).isEqualTo(body.substring(1_000_000));
    }
    assertThat(reader.status().fetches().bytes(Provenance.TIER1)).isPositive();
    assertThat(reader.status().fetches().bytes(Provenance.ORIGIN)).isPositive();
  }

  @Test
  void aLinkKnowsWhereItsPacketsGo() throws IOException {
    FugitiveNode one = node();
    FugitiveNode other = node();

    assertThat(awaitAddress(one)).isIn(addressesOfThisMachine());
    assertThat(awaitAddress(other)).isIn(addressesOfThisMachine());
  }

  private FugitiveNode node(PeerId... trusted) throws IOException {
    NodeSettings settings =
        NodeSettings.defaults(Identity.generate())
            .withSharing(true)
            .withUploadLimit(2_000_000)
            .withTrusted(trusted)
            .withTrustedOrigins(origin.getHostName() + ":" + origin.getPort());
    FugitiveNode node =
        FugitiveNode.start(
            settings,
            PeerTransport.webRtc(List.of()),
            rendezvous,
            new OkHttpClient(),
            FetchListener.NONE);
    nodes.add(node);
    return node;
  }

  private static InetAddress awaitAddress(FugitiveNode node) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                node.peerNetwork().mesh().sessions().stream()
                    .map(PeerSession::remoteAddress)
                    .flatMap(Optional::stream)
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static List<InetAddress> addressesOfThisMachine() throws SocketException {
    return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList();
  }

  private void awaitHolder(FugitiveNode node, String path) {
    ResourceKey key = ResourceKey.primary("GET", origin.url(path).toString());
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !node.peerNetwork().routing().holdersOf(key).isEmpty());
  }

  private ByteString get(FugitiveNode node, String path) throws IOException {
    Request request = new Request.Builder().url(origin.url(path)).build();
    try (Response response = node.asSent().newCall(request).execute()) {
      return response.body().byteString();
    }
  }
}
