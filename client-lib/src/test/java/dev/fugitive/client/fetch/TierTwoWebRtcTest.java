package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.MemoryRendezvous;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Three nodes over real WebRTC, of which the rendezvous keeps the reader and the holder apart: what
 * links them is the node between alone.
 */
class TierTwoWebRtcTest {
  private static final int LENGTH = 16_000_000;

  private final MockWebServer origin = new MockWebServer();
  private final TestOrigin published = new TestOrigin();
  private final LineRendezvous rendezvous = new LineRendezvous(new MemoryRendezvous());
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
  void aContentStartsRelayedAndMovesToALinkThatTheRelayIntroduced() throws IOException {
    ByteString body = TestNodes.body(LENGTH);
    published.publish("/a", body);
    Identity readerKeys = Identity.generate();
    Identity holderKeys = Identity.generate();
    rendezvous.keepApart(readerKeys.peerId(), holderKeys.peerId());
    FugitiveNode holder = node(holderKeys, settings -> settings);
    // so that passing on takes longer than a link to the holder
    node(Identity.generate(), settings -> settings.withUploadLimit(LENGTH / 2));
    FugitiveNode reader = node(readerKeys, settings -> settings, holderKeys.peerId());
    assertThat(get(holder, "/a")).isEqualTo(body);
    awaitReach(reader, "/a");
    origin.close();
    assertThat(reader.peerNetwork().mesh().session(holder.peerId())).isEmpty();

    assertThat(get(reader, "/a")).isEqualTo(body);

    FetchTotals totals = reader.status().fetches();
    assertThat(totals.bytes(Provenance.TIER2)).isPositive();
    assertThat(totals.bytes(Provenance.TIER1)).isPositive();
    assertThat(totals.bytes(Provenance.TIER1) + totals.bytes(Provenance.TIER2)).isEqualTo(LENGTH);
    assertThat(reader.peerNetwork().mesh().session(holder.peerId())).isPresent();
    assertThat(published.gets()).isEqualTo(1);
  }

  private FugitiveNode node(Identity keys, UnaryOperator<NodeSettings> changed, PeerId... trusted)
      throws IOException {
    NodeSettings settings =
        NodeSettings.defaults(keys)
            .withMemoryLimit(256L * 1024 * 1024)
            .withSharing(true)
            .withTrusted(trusted)
            .withTrustedOrigins(origin.getHostName() + ":" + origin.getPort());
    FugitiveNode node =
        FugitiveNode.start(
            changed.apply(settings),
            PeerTransport.webRtc(List.of()),
            rendezvous,
            new OkHttpClient(),
            FetchListener.NONE);
    nodes.add(node);
    return node;
  }

  private void awaitReach(FugitiveNode node, String path) {
    ResourceKey key = ResourceKey.primary("GET", origin.url(path).toString());
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !node.peerNetwork().routing().reaching(key).isEmpty());
  }

  private ByteString get(FugitiveNode node, String path) throws IOException {
    Request request = new Request.Builder().url(origin.url(path)).build();
    try (Response response = node.asSent().newCall(request).execute()) {
      return response.body().byteString();
    }
  }
}
