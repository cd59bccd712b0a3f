package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.mesh.MeshStatus;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.routing.HoldingItem;
import dev.fugitive.client.trust.FugitiveSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One liar at a time, over a real mesh: whatever it says, the reader gets the right bytes, and who
 * can be shown to have lied is named and banned.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiarsTest {
  private static final int LENGTH = 21 * 16_384 + 5;

  private final MockWebServer origin = new MockWebServer();
  private final Identity trusted = Identity.generate();
  private final Liar.Keys keys = new Liar.Keys(trusted, Identity.generate());
  private final AtomicInteger urls = new AtomicInteger();
  private TestNodes nodes;
  private FugitiveNode reader;

  @BeforeAll
  void start() throws IOException {
    origin.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return HeadAware.answer(
                request,
                new MockResponse.Builder().addHeader("Cache-Control", "max-age=86400"),
                content(request.getUrl().encodedPath()).body());
          }
        });
    origin.start();
    nodes = new TestNodes(origin.getHostName() + ":" + origin.getPort());
    reader = nodes.start(trusted.peerId());
  }

  @AfterAll
  void close() throws IOException {
    nodes.close();
    origin.close();
  }

  @ParameterizedTest
  @EnumSource(Lie.class)
  void aLiarCostsTimeAndNothingElse(Lie lie) throws IOException {
    TestContent content = content("/" + urls.incrementAndGet());
    Liar liar = new Liar(lie, content, keys, 1);
    try (LyingPeer peer = claiming(content, liar::answer)) {
      awaitClaim(content, peer.id());

      Answer answer = get(content.url());

      assertThat(answer.body()).isEqualTo(content.body());
      assertThat(liar.lies()).isPositive();
      if (lie.isProvable()) {
        assertThat(awaitBan(peer.id()).reason()).containsPattern(lie.reason());
      } else {
        assertThat(bans()).noneMatch(ban -> ban.id().equals(peer.id()));
      }
      Awaitility.await().until(() -> reader.peerNetwork().downloads().count() == 0);
    }
  }

  @Test
  void anHonestPeerBesideLiarsServesAllOfIt() throws IOException {
    TestContent content = content("/" + urls.incrementAndGet());
    Liar flips = new Liar(Lie.FLIPPED_BIT, content, keys, 2);
    Liar bombs = new Liar(Lie.COMPRESSION_BOMB, content, keys, 3);
    Liar forges = new Liar(Lie.FORGED_VOUCHER, content, keys, 4);
    FugitiveNode honest = nodes.start(trusted.peerId());
    get(honest, content.url());
    int asked = origin.getRequestCount();
    try (LyingPeer one = claiming(content, flips::answer);
        LyingPeer two = claiming(content, bombs::answer);
        LyingPeer three = claiming(content, forges::answer);
        LyingPeer showsVoucher =
            claiming(content, new Liar(Lie.HAS_NOTHING, content, keys, 5)::answer)) {
      for (LyingPeer peer : List.of(one, two, three, showsVoucher)) {
        awaitClaim(content, peer.id());
      }
      Awaitility.await()
          .until(() ->
              reader.peerNetwork().routing().holdersOf(content.id()).stream()
                  .anyMatch(session -> session.peer().equals(honest.peerId())));

      Answer answer = get(content.url());

      assertThat(answer.body()).isEqualTo(content.body());
      assertThat(answer.source().from(Provenance.TIER1)).isEqualTo(LENGTH);
      assertThat(origin.getRequestCount()).isEqualTo(asked);
      assertThat(bans()).noneMatch(ban -> ban.id().equals(honest.peerId()));
    } finally {
      honest.close();
    }
  }

  private record Answer(ByteString body, FugitiveSource source) {}

  private Answer get(String url) throws IOException {
    return get(reader, url);
  }

  private static Answer get(FugitiveNode node, String url) throws IOException {
    Request request = new Request.Builder().url(url).build();
    try (Response response = node.asSent().newCall(request).execute()) {
      FugitiveSource source =
          FugitiveSource.parse(List.of(String.valueOf(response.header(FugitiveSource.FIELD))))
              .orElseThrow();
      return new Answer(response.body().byteString(), source);
    }
  }

  private TestContent content(String path) {
    return TestContent.random(origin.url(path).toString(), LENGTH, path.hashCode());
  }

  private LyingPeer claiming(TestContent content, LyingPeer.Conduct conduct) {
    Set<HoldingItem> claimed =
        Set.of(
            new HoldingItem.OfContent(content.id()),
            new HoldingItem.OfDigest(content.sha256()),
            new HoldingItem.OfResource(ResourceKey.primary(content.request())));
    return new LyingPeer(nodes.network(), nodes.rendezvous(), claimed, conduct);
  }

  private void awaitClaim(TestContent content, PeerId peer) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(2))
        .until(() ->
            reader.peerNetwork().routing().holdersOf(content.id()).stream()
                .anyMatch(session -> session.peer().equals(peer)));
  }

  private MeshStatus.Ban awaitBan(PeerId peer) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> bans().stream().filter(ban -> ban.id().equals(peer)).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private List<MeshStatus.Ban> bans() {
    return reader.peerNetwork().mesh().status().bans();
  }
}
