package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.limits.UploadDecision;
import dev.fugitive.client.limits.UploadDecision.Reason;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.transfer.upload.UploadStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import mockwebserver3.MockWebServer;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sharing is switched while the node runs, and holds at once. */
class UploadSwitchTest {
  private static final int LENGTH = 8_000_000;

  private final MockWebServer origin = new MockWebServer();
  private final TestOrigin published = new TestOrigin();
  private TestNodes nodes;

  @BeforeEach
  void start() throws IOException {
    origin.setDispatcher(published);
    origin.start();
    nodes = new TestNodes(origin.getHostName() + ":" + origin.getPort());
  }

  @AfterEach
  void close() throws IOException {
    nodes.close();
    origin.close();
  }

  @Test
  void whoDoesNotShareTellsNothingUntilItDoes() throws IOException {
    published.publish("/a", TestNodes.body(100_000));
    published.publish("/b", TestNodes.body(100_001));
    FugitiveNode alice = nodes.start(Identity.generate(), s -> s.withSharing(false));
    FugitiveNode bob = nodes.start(alice.peerId());
    get(alice, "/a");
    awaitLinked(bob, alice);
    assertThat(bob.peerNetwork().routing().holdersOf(key("/a"))).isEmpty();
    assertThat(bob.peerNetwork().routing().anybodyShares()).isFalse();
    assertThat(alice.status().uploads().decision())
        .isEqualTo(new UploadDecision.Refused(List.of(Reason.OFF)));

    alice.sharing(true);
    nodes.awaitHolding(bob, alice, origin.url("/a"));
    assertThat(bob.peerNetwork().routing().anybodyShares()).isTrue();
    assertThat(get(bob, "/a")).isEqualTo(TestNodes.body(100_000));
    assertThat(bob.status().fetches().bytes(Provenance.TIER1)).isEqualTo(100_000);

    get(alice, "/b");
    alice.sharing(false);
    awaitNobodyHolds(bob, "/a");
    get(bob, "/b");
    assertThat(bob.status().fetches().bytes(Provenance.TIER1)).isEqualTo(100_000);
    assertThat(bob.status().fetches().bytes(Provenance.ORIGIN)).isEqualTo(100_001);
  }

  @Test
  void aPauseStopsWhatIsBeingGivenAndTheReaderGoesOnFromTheOrigin() throws IOException {
    ByteString body = TestNodes.body(LENGTH);
    published.publish("/a", body);
    FugitiveNode alice =
        nodes.start(Identity.generate(), settings -> settings.withUploadLimit(2_000_000));
    FugitiveNode bob = nodes.start(alice.peerId());
    get(alice, "/a");
    nodes.awaitHolding(bob, alice, origin.url("/a"));
    Request request = new Request.Builder().url(origin.url("/a")).build();

    try (Response response = bob.asSent().newCall(request).execute()) {
      BufferedSource reading = response.body().source();
      ByteString first = reading.readByteString(1_000_000);
      alice.pauseUploads(Duration.ofHours(1));

      long given = uploads(alice).payloadBytes();
      // a frame that is being handed over when the pause begins still goes
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .pollInterval(Duration.ofMillis(10))
          .until(() -> uploads(alice).active().isEmpty());
      ByteString rest = reading.readByteString();

      assertThat(first.size() + rest.size()).isEqualTo(LENGTH);
      assertThat(first).isEqualTo(body.substring(0, 1_000_000));
      assertThat(rest).isEqualTo(body.substring(1_000_000));
      assertThat(uploads(alice).payloadBytes()).isLessThanOrEqualTo(given + 64 * 1024);
    }
    assertThat(bob.status().fetches().bytes(Provenance.ORIGIN)).isPositive();
    assertThat(alice.status().uploads().decision())
        .isEqualTo(new UploadDecision.Refused(List.of(Reason.PAUSED)));
  }

  @Test
  void afterAPauseTheSamePeersAreServedAgain() throws IOException {
    published.publish("/a", TestNodes.body(300_000));
    FugitiveNode alice = nodes.start();
    FugitiveNode bob = nodes.start(alice.peerId());
    get(alice, "/a");
    nodes.awaitHolding(bob, alice, origin.url("/a"));
    alice.pauseUploads(Duration.ofHours(1));
    awaitNobodyHolds(bob, "/a");

    alice.resumeUploads();
    nodes.awaitHolding(bob, alice, origin.url("/a"));
    get(bob, "/a");

    assertThat(bob.status().fetches().bytes(Provenance.TIER1)).isEqualTo(300_000);
    assertThat(alice.status().uploads().month().bytes()).isGreaterThan(300_000);
  }

  private static UploadStatus uploads(FugitiveNode node) {
    return node.peerNetwork().uploads().status();
  }

  private ResourceKey key(String path) {
    return ResourceKey.primary("GET", origin.url(path).toString());
  }

  private static void awaitLinked(FugitiveNode one, FugitiveNode other) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> one.peerNetwork().mesh().session(other.peerId()).isPresent());
  }

  private void awaitNobodyHolds(FugitiveNode node, String path) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> node.peerNetwork().routing().holdersOf(key(path)).isEmpty());
  }

  private ByteString get(FugitiveNode node, String path) throws IOException {
    Request request = new Request.Builder().url(origin.url(path)).build();
    try (Response response = node.asSent().newCall(request).execute()) {
      return response.body().byteString();
    }
  }
}
