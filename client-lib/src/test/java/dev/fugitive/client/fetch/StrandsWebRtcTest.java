package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.MemoryRendezvous;
import dev.fugitive.client.transport.Transport;
import dev.fugitive.client.transport.webrtc.WebRtcSettings;
import dev.fugitive.client.transport.webrtc.WebRtcTransport;
import dev.fugitive.client.transport.webrtc.WebRtcUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes over real WebRTC, on a path that takes 20 ms and loses one packet in a hundred. */
class StrandsWebRtcTest {
  private static final int LENGTH = 5_000_000;

  /** More than it takes until a strand pays: the test ends as soon as one was cut. */
  private static final int MAX_BODIES = 20;

  /** For longer than all of them take: nobody has to ask the origin again. */
  private static final Map<String, String> FRESH = Map.of("Cache-Control", "max-age=3600");

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LONG = Duration.ofMinutes(2);

  private final MockWebServer origin = new MockWebServer();
  private final TestOrigin published = new TestOrigin();
  private final MemoryRendezvous rendezvous = new MemoryRendezvous();
  private final LossyRelay path = new LossyRelay(10, 100);
  private final List<FugitiveNode> nodes = new ArrayList<>();
  private final AtomicBoolean isCut = new AtomicBoolean();

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
    path.close();
    origin.close();
  }

  @Test
  void nothingIsLostOnALossyPathWhenAStrandBreaks() throws Exception {
    Identity holderKeys = Identity.generate();
    LossyTransport holding = transport();
    LossyTransport reading = transport();
    FugitiveNode holder = node(holderKeys, holding);
    FugitiveNode reader = node(Identity.generate(), reading, holderKeys.peerId());
    for (int number = 0; number < MAX_BODIES; number++) {
      published.publish(resource(number), body(number), FRESH);
      assertThat(get(holder, resource(number))).isEqualTo(body(number));
    }
    for (int number = 0; number < MAX_BODIES; number++) {
      awaitHolder(reader, resource(number));
    }
    origin.close();

    FutureTask<Integer> fetches = new FutureTask<>(() -> fetchUntilCut(reader));
    Thread.ofVirtual().start(fetches);
    Optional<LossyTransport.Ear> strand =
        await()
            .atMost(LONG)
            .until(reading::busyStrand, found -> found.isPresent() || fetches.isDone());
    strand.ifPresent(open -> open.link().close("cut"));
    isCut.set(true);
    int fetched = fetches.get();

    assertThat(strand).as("a strand for %d bodies", fetched).isPresent();
    assertThat(reader.status().fetches().bytes(Provenance.TIER1)).isEqualTo(lengthOfAll(fetched));
    assertThat(reader.peerNetwork().mesh().sessions()).hasSize(1);
    reader.close();
    await().atMost(PATIENCE).until(() -> reading.open().isEmpty() && holding.open().isEmpty());
  }

  /** Fetches one body after another; returns how many, all of them right. */
  private int fetchUntilCut(FugitiveNode reader) throws IOException {
    int fetched = 0;
    while (fetched < MAX_BODIES && !isCut.get()) {
      assertThat(get(reader, resource(fetched))).isEqualTo(body(fetched));
      fetched++;
    }
    return fetched;
  }

  private static String resource(int number) {
    return "/a" + number;
  }

  /** Each is a content of its own. */
  private static ByteString body(int number) {
    return TestNodes.body(LENGTH + number);
  }

  private static long lengthOfAll(int bodies) {
    return IntStream.range(0, bodies).mapToLong(number -> LENGTH + number).sum();
  }

  private LossyTransport transport() throws WebRtcUnavailableException {
    return new LossyTransport(WebRtcTransport.open(WebRtcSettings.DEFAULTS), path);
  }

  private FugitiveNode node(Identity keys, Transport transport, PeerId... trusted)
      throws IOException {
    NodeSettings settings =
        NodeSettings.defaults(keys)
            .withMemoryLimit(256L * 1024 * 1024)
            .withSharing(true)
            .withTrusted(trusted)
            .withTrustedOrigins(origin.getHostName() + ":" + origin.getPort());
    FugitiveNode node =
        FugitiveNode.start(
            settings,
            new PeerTransport.Available(transport),
            rendezvous,
            new OkHttpClient(),
            FetchListener.NONE);
    nodes.add(node);
    return node;
  }

  private void awaitHolder(FugitiveNode node, String path) {
    ResourceKey key = ResourceKey.primary("GET", origin.url(path).toString());
    await().atMost(PATIENCE).until(() -> !node.peerNetwork().routing().holdersOf(key).isEmpty());
  }

  private ByteString get(FugitiveNode node, String path) throws IOException {
    Request request = new Request.Builder().url(origin.url(path)).build();
    try (Response response = node.asSent().newCall(request).execute()) {
      return response.body().byteString();
    }
  }
}
