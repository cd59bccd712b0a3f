package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.mesh.MeshStatus;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.routing.HoldingItem;
import dev.fugitive.client.trust.FugitiveSource;
import dev.fugitive.client.wire.PeerCodec;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The caller gives a digest; nobody's key is trusted. */
class FlatDigestTest {
  private static final int LENGTH = 300_000;

  private final MockWebServer origin = new MockWebServer();
  private final PeerCodec codec = new PeerCodec();
  private final Liar.Keys keys = new Liar.Keys(Identity.generate(), Identity.generate());
  private TestNodes nodes;
  private FugitiveNode bob;
  private TestContent content;

  @BeforeEach
  void start() throws IOException {
    origin.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return HeadAware.answer(
                request,
                new MockResponse.Builder()
                    .addHeader("Cache-Control", "max-age=60")
                    .addHeader("Content-Type", "text/plain"),
                content.body());
          }
        });
    origin.start();
    nodes = new TestNodes(origin.getHostName() + ":" + origin.getPort());
    bob = nodes.start();
    content = TestContent.random(origin.url("/a").toString(), LENGTH, 1);
  }

  @AfterEach
  void close() throws IOException {
    nodes.close();
    origin.close();
  }

  @Test
  void bytesComeFromAStrangerAndTheHeadFromTheOrigin() throws Exception {
    FugitiveNode alice = nodes.start();
    get(alice, "");
    awaitClaim(alice.peerId(), content.sha256());

    Answer answer = get(bob, "sha256-" + content.body().sha256().base64());

    assertThat(answer.body()).isEqualTo(content.body());
    assertThat(answer.contentType()).isEqualTo("text/plain");
    assertThat(answer.source().from(Provenance.TIER1)).isEqualTo(LENGTH);
    origin.takeRequest();
    assertThat(origin.takeRequest().getMethod()).isEqualTo("HEAD");
    assertThat(origin.getRequestCount()).isEqualTo(2);
  }

  @Test
  void aStrongerDigestIsCheckedAsWhatItIs() throws IOException {
    Digest sha512 = new Digest(Digest.Algorithm.SHA_512, content.body().sha512());
    try (LyingPeer holder = claiming(content, sha512, content.id())) {
      awaitClaim(holder.id(), sha512);

      Answer answer = get(bob, "sha512-" + content.body().sha512().base64());

      assertThat(answer.body()).isEqualTo(content.body());
      assertThat(answer.source().from(Provenance.TIER1)).isEqualTo(LENGTH);
      assertThat(bans()).isEmpty();
    }
  }

  @Test
  void whoClaimsAnotherContentIsBannedAndTheOriginServes() throws IOException {
    TestContent other = TestContent.random(content.url(), LENGTH, 2);
    try (LyingPeer liar = claiming(other, content.sha256(), other.id())) {
      awaitClaim(liar.id(), content.sha256());

      Answer answer = get(bob, "sha256-" + content.body().sha256().base64());

      assertThat(answer.body()).isEqualTo(content.body());
      assertThat(answer.source().from(Provenance.ORIGIN)).isEqualTo(LENGTH);
      Awaitility.await().until(() -> bans().size() == 1);
      assertThat(bans().getFirst().id()).isEqualTo(liar.id());
      assertThat(bans().getFirst().reason()).contains("claimed " + other.id(), "sha256-");
    }
  }

  @Test
  void aLieAboutAContentThatIsHereDoesNotTakeItAway() throws IOException {
    TestContent held = TestContent.random(origin.url("/held").toString(), LENGTH, 3);
    TestContent wanted = content;
    content = held;
    get(bob, held.url(), "");
    content = wanted;
    try (LyingPeer liar = claiming(held, wanted.sha256(), held.id())) {
      awaitClaim(liar.id(), wanted.sha256());

      assertThat(get(bob, "sha256-" + wanted.body().sha256().base64()).body())
          .isEqualTo(wanted.body());

      Awaitility.await().until(() -> bans().size() == 1);
      int asked = origin.getRequestCount();
      assertThat(get(bob, held.url(), "").body()).isEqualTo(held.body());
      assertThat(origin.getRequestCount()).isEqualTo(asked);
    }
  }

  @Test
  void aClaimOfAnotherLengthIsNotFollowed() throws IOException {
    TestContent longer = TestContent.random(content.url(), LENGTH + 1, 2);
    try (LyingPeer liar = claiming(longer, content.sha256(), longer.id())) {
      awaitClaim(liar.id(), content.sha256());

      Answer answer = get(bob, "sha256-" + content.body().sha256().base64());

      assertThat(answer.body()).isEqualTo(content.body());
      assertThat(liar.heard()).noneMatch(PeerMessage.Open.class::isInstance);
    }
  }

  @Test
  void anHonestClaimIsFollowedAfterALie() throws IOException {
    FugitiveNode alice = nodes.start();
    get(alice, "");
    TestContent other = TestContent.random(content.url(), LENGTH, 2);
    try (LyingPeer liar = claiming(other, content.sha256(), other.id())) {
      awaitClaim(alice.peerId(), content.sha256());
      awaitClaim(liar.id(), content.sha256());

      Answer answer = get(bob, "sha256-" + content.body().sha256().base64());

      assertThat(answer.body()).isEqualTo(content.body());
      assertThat(bans()).noneMatch(ban -> ban.id().equals(alice.peerId()));
    }
  }

  private record Answer(ByteString body, String contentType, FugitiveSource source) {}

  private Answer get(FugitiveNode node, String integrity) throws IOException {
    return get(node, content.url(), integrity);
  }

  private static Answer get(FugitiveNode node, String url, String integrity) throws IOException {
    Request.Builder request = new Request.Builder().url(url);
    if (!integrity.isEmpty()) {
      request.header("Fugitive-Integrity", integrity);
    }
    try (Response response = node.asSent().newCall(request.build()).execute()) {
      FugitiveSource source =
          FugitiveSource.parse(List.of(String.valueOf(response.header(FugitiveSource.FIELD))))
              .orElseThrow();
      return new Answer(
          response.body().byteString(), String.valueOf(response.header("Content-Type")), source);
    }
  }

  /** A peer that says that this content has that digest, and gives its bytes honestly. */
  private LyingPeer claiming(TestContent given, Digest digest, ContentId claimed) {
    Liar holder = new Liar(Lie.HAS_NOTHING, given, keys, 1);
    return new LyingPeer(
        nodes.network(),
        nodes.rendezvous(),
        Set.of(new HoldingItem.OfDigest(digest)),
        heard ->
            switch (heard) {
              case PeerMessage.FindContent(int question, var ignored) ->
                  frames(new PeerMessage.ContentFound(question, List.of(claimed)));
              case PeerMessage.Open(int transfer, ContentId id) ->
                  frames(new PeerMessage.Have(transfer, ChunkSet.all(id)));
              default -> holder.answer(heard);
            });
  }

  private List<ByteBuffer> frames(PeerMessage message) {
    return List.of(codec.encode(message));
  }

  private void awaitClaim(PeerId peer, Digest digest) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(5))
        .until(() ->
            bob.peerNetwork().routing().holdersOf(digest).stream()
                .anyMatch(session -> session.peer().equals(peer)));
  }

  private List<MeshStatus.Ban> bans() {
    return bob.peerNetwork().mesh().status().bans();
  }
}
