package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.trust.FugitiveSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import mockwebserver3.MockWebServer;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that fetch from each other over links in memory. */
class PeersTest {
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

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16383, 16384, 16385, 5_000_000})
  void whatOneFetchedTheOtherGetsFromIt(int length) throws IOException {
    ByteString body = TestNodes.body(length);
    published.publish("/a", body);
    FugitiveNode alice = nodes.start();
    FugitiveNode bob = nodes.start(alice.peerId());
    assertThat(get(alice, "/a").body()).isEqualTo(body);
    nodes.awaitHolding(bob, alice, origin.url("/a"));

    Answer answer = get(bob, "/a");

    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.source().from(Provenance.TIER1)).isEqualTo(length);
    assertThat(answer.source().why()).isEmpty();
    assertThat(published.gets()).isEqualTo(1);
  }

  @Test
  void withoutTrustInItsKeyAPeerIsNotBelieved() throws IOException {
    published.publish("/a", TestNodes.body(50_000));
    FugitiveNode alice = nodes.start();
    FugitiveNode bob = nodes.start();
    get(alice, "/a");
    nodes.awaitHolding(bob, alice, origin.url("/a"));

    Answer answer = get(bob, "/a");

    assertThat(answer.source().from(Provenance.ORIGIN)).isEqualTo(50_000);
    assertThat(answer.source().why()).hasToString("Optional[NO_EVIDENCE]");
  }

  @Test
  void aVoucherIsPassedOnByThoseWhoBelievedIt() throws IOException {
    ByteString body = TestNodes.body(200_000);
    published.publish("/a", body);
    FugitiveNode alice = nodes.start();
    FugitiveNode bob = nodes.start(alice.peerId());
    get(alice, "/a");
    nodes.awaitHolding(bob, alice, origin.url("/a"));
    get(bob, "/a");
    FugitiveNode carol = nodes.start(alice.peerId());
    nodes.awaitHolding(carol, bob, origin.url("/a"));
    alice.close();
    origin.close();

    Answer answer = get(carol, "/a");

    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.source().from(Provenance.TIER1)).isEqualTo(200_000);
  }

  @Test
  void theOriginsDigestIsEvidenceEnoughForBytesOfAStranger() throws IOException {
    ByteString body = TestNodes.body(300_000);
    published.publish(
        "/a", body, Map.of("Repr-Digest", "sha-256=:" + body.sha256().base64() + ":"));
    FugitiveNode alice = nodes.start();
    FugitiveNode bob = nodes.start();
    get(alice, "/a");
    nodes.awaitDigest(bob, alice, body);

    Answer answer = get(bob, "/a");

    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.source().from(Provenance.TIER1)).isEqualTo(300_000);
    assertThat(answer.source().from(Provenance.ORIGIN)).isZero();
  }

  @Test
  void theCallersDigestIsGoodForThatCallerAlone() throws IOException {
    ByteString body = TestNodes.body(300_000);
    published.publish("/a", body);
    FugitiveNode alice = nodes.start();
    FugitiveNode bob = nodes.start();
    get(alice, "/a");
    nodes.awaitDigest(bob, alice, body);
    published.publish("/b", body);
    Request request =
        new Request.Builder()
            .url(origin.url("/b"))
            .header("Fugitive-Integrity", "sha256-" + body.sha256().base64())
            .build();

    try (Response response = bob.asSent().newCall(request).execute()) {
      assertThat(response.body().byteString()).isEqualTo(body);
      assertThat(response.header(FugitiveSource.FIELD)).contains("tier1=300000");
    }
    published.publish("/b", TestNodes.body(7));
    assertThat(get(bob, "/b").body()).isEqualTo(TestNodes.body(7));
  }

  @Test
  void whatDoesNotFitIntoTheStoreComesAllTheSame() throws IOException {
    ByteString body = TestNodes.body(3_000_000);
    published.publish("/a", body);
    FugitiveNode alice = nodes.start();
    FugitiveNode bob =
        nodes.start(Identity.generate(), settings -> settings.withMemoryLimit(1 << 20));
    get(alice, "/a");
    nodes.awaitDigest(bob, alice, body);
    Request request =
        new Request.Builder()
            .url(origin.url("/a"))
            .header("Fugitive-Integrity", "sha256-" + body.sha256().base64())
            .build();

    try (Response response = bob.asSent().newCall(request).execute()) {
      assertThat(response.body().byteString()).isEqualTo(body);
    }
  }

  @Test
  void aDigestInAUrlThatTheBodyLacksMakesNoPersonalAnswerPublic() throws Exception {
    String path = "/v2/x/blobs/sha256:" + "0".repeat(64);
    ByteString personal = TestNodes.body(50_000);
    published.publish(path, personal);
    published.publish("/a", TestNodes.body(60_000));
    FugitiveNode alice = nodes.start();
    FugitiveNode bob = nodes.start(alice.peerId());
    Request withCookie =
        new Request.Builder().url(origin.url(path)).header("Cookie", "session=1").build();
    try (Response response = alice.asSent().newCall(withCookie).execute()) {
      assertThat(response.body().byteString()).isEqualTo(personal);
    }
    get(alice, "/a");
    nodes.awaitHolding(bob, alice, origin.url("/a"));

    Digest digest = new Digest(Digest.Algorithm.SHA_256, personal.sha256());
    assertThat(bob.peerNetwork().routing().findContent(digest, Duration.ofSeconds(2), 4)).isEmpty();
  }

  private record Answer(int status, ByteString body, FugitiveSource source) {}

  private Answer get(FugitiveNode node, String path) throws IOException {
    Request request = new Request.Builder().url(origin.url(path)).build();
    try (Response response = node.asSent().newCall(request).execute()) {
      FugitiveSource source =
          FugitiveSource.parse(List.of(String.valueOf(response.header(FugitiveSource.FIELD))))
              .orElseThrow();
      return new Answer(response.code(), response.body().byteString(), source);
    }
  }
}
