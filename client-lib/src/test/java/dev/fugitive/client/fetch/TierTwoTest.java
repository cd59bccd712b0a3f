package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.mesh.MeshStatus;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.routing.HoldingItem;
import dev.fugitive.client.trust.FugitiveSource;
import dev.fugitive.client.trust.Why;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import mockwebserver3.MockWebServer;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes in a line over links in memory: the reader, one between, and the holder behind it. */
class TierTwoTest {
  private static final int SMALL = 500_000;
  private static final int LARGE = 12_000_000;

  private final MockWebServer origin = new MockWebServer();
  private final TestOrigin published = new TestOrigin();
  private final Identity readerKeys = Identity.generate();
  private final Identity middleKeys = Identity.generate();
  private final Identity holderKeys = Identity.generate();
  private TestNodes nodes;

  @BeforeEach
  void start() throws IOException {
    origin.setDispatcher(published);
    origin.start();
    nodes = new TestNodes(origin.getHostName() + ":" + origin.getPort());
    nodes.keepApart(readerKeys, holderKeys);
  }

  @AfterEach
  void close() throws IOException {
    nodes.close();
    origin.close();
  }

  @Test
  void whatAPeersPeerHoldsIsFoundAndPassedOn() throws IOException {
    ByteString body = TestNodes.body(SMALL);
    published.publish("/a", body);
    FugitiveNode holder = nodes.start(holderKeys);
    FugitiveNode middle = nodes.start(middleKeys);
    FugitiveNode reader = nodes.start(readerKeys, holderKeys.peerId());
    assertThat(get(holder, "/a").body()).isEqualTo(body);
    awaitReach(reader, "/a");
    origin.close();

    Answer answer = get(reader, "/a");

    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.source().from(Provenance.TIER2)).isEqualTo(SMALL);
    assertThat(answer.source().why()).isEmpty();
    assertThat(published.gets()).isEqualTo(1);
    awaitRelayed(middle, SMALL);
  }

  /** What was sent is counted when the link has taken it, and the reader may have it before. */
  private static void awaitRelayed(FugitiveNode node, long bytes) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() ->
            assertThat(node.status().peers())
                .isInstanceOfSatisfying(
                    PeerStatus.On.class,
                    on -> assertThat(on.uploads().relayedBytes()).isEqualTo(bytes)));
  }

  @Test
  void whatHasPassedIsKeptAndGivenOn() throws IOException {
    ByteString body = TestNodes.body(SMALL);
    published.publish("/a", body);
    FugitiveNode holder = nodes.start(holderKeys);
    FugitiveNode middle = nodes.start(middleKeys);
    FugitiveNode reader = nodes.start(readerKeys, holderKeys.peerId());
    get(holder, "/a");
    awaitReach(reader, "/a");
    origin.close();
    get(reader, "/a");

    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            reader.peerNetwork().routing().holdersOf(contentOf(body)).stream()
                .anyMatch(session -> session.peer().equals(middle.peerId())));
  }

  @Test
  void aNodeThatRelaysNothingIsNoWayToOthers() throws IOException {
    ByteString body = TestNodes.body(SMALL);
    published.publish("/a", body);
    FugitiveNode holder = nodes.start(holderKeys);
    nodes.start(middleKeys, settings -> settings.withRelaySlots(0));
    FugitiveNode reader = nodes.start(readerKeys, holderKeys.peerId());
    get(holder, "/a");
    awaitReach(reader, "/a");

    Answer answer = get(reader, "/a");

    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.source().from(Provenance.ORIGIN)).isEqualTo(SMALL);
    assertThat(answer.source().why()).contains(Why.NOT_ALLOWED);
  }

  @Test
  void aNodeThatDoesNotShareTellsNobodyOfItsPeers() throws IOException {
    published.publish("/a", TestNodes.body(SMALL));
    FugitiveNode holder = nodes.start(holderKeys);
    FugitiveNode middle = nodes.start(middleKeys, settings -> settings.withSharing(false));
    FugitiveNode reader = nodes.start(readerKeys, holderKeys.peerId());
    get(holder, "/a");
    nodes.awaitHolding(middle, holder, origin.url("/a"));

    Answer answer = get(reader, "/a");

    assertThat(answer.source().from(Provenance.ORIGIN)).isEqualTo(SMALL);
    assertThat(reader.peerNetwork().routing().status().nearby()).isZero();
  }

  @Test
  void aLongContentMovesToALinkThatTheRelayIntroduces() throws IOException {
    ByteString body = TestNodes.body(LARGE);
    published.publish("/a", body);
    FugitiveNode holder = nodes.start(holderKeys);
    // so that passing on takes longer than a link to the holder
    nodes.start(middleKeys, settings -> roomy(settings).withUploadLimit(LARGE / 3));
    FugitiveNode reader = nodes.start(readerKeys, holderKeys.peerId());
    get(holder, "/a");
    awaitReach(reader, "/a");
    origin.close();

    Answer answer = get(reader, "/a");

    assertThat(answer.body()).isEqualTo(body);
    FetchTotals totals = reader.status().fetches();
    assertThat(totals.bytes(Provenance.TIER2)).isBetween(1L, LARGE / 2L);
    assertThat(totals.bytes(Provenance.TIER1)).isEqualTo(LARGE - totals.bytes(Provenance.TIER2));
    assertThat(totals.bytes(Provenance.ORIGIN)).isZero();
    assertThat(reader.peerNetwork().mesh().session(holder.peerId())).isPresent();
  }

  @Test
  void whereNoLinkCanBeOpenedALongContentStaysRelayed() throws IOException {
    ByteString body = TestNodes.body(LARGE);
    published.publish("/a", body);
    FugitiveNode holder = nodes.start(holderKeys, settings -> settings.withConnections(1, 1));
    FugitiveNode middle = nodes.start(middleKeys, TierTwoTest::roomy);
    FugitiveNode reader = nodes.start(readerKeys, holderKeys.peerId());
    get(holder, "/a");
    awaitReach(reader, "/a");
    origin.close();

    Answer answer = get(reader, "/a");

    assertThat(answer.body()).isEqualTo(body);
    assertThat(reader.status().fetches().bytes(Provenance.TIER2)).isEqualTo(LARGE);
    assertThat(holder.peerNetwork().mesh().sessions())
        .singleElement()
        .extracting(PeerSession::peer)
        .isEqualTo(middle.peerId());
  }

  @Test
  void inATriangleNothingIsRelayed() throws IOException {
    Identity thirdKeys = Identity.generate();
    ByteString body = TestNodes.body(SMALL);
    published.publish("/a", body);
    FugitiveNode holder = nodes.start(holderKeys);
    FugitiveNode middle = nodes.start(middleKeys);
    FugitiveNode third = nodes.start(thirdKeys, holderKeys.peerId());
    get(holder, "/a");
    nodes.awaitHolding(third, holder, origin.url("/a"));
    nodes.awaitHolding(middle, holder, origin.url("/a"));

    Answer answer = get(third, "/a");

    assertThat(answer.source().from(Provenance.TIER1)).isEqualTo(SMALL);
    assertThat(third.peerNetwork().routing().reaching(contentOf(body))).isEmpty();
  }

  @Test
  void aRelayThatDiesMidwayLeavesTheRestToOthers() throws IOException {
    ByteString body = TestNodes.body(LARGE);
    published.publish("/a", body);
    FugitiveNode holder = nodes.start(holderKeys, settings -> settings.withConnections(1, 1));
    FugitiveNode middle = nodes.start(middleKeys, TierTwoTest::roomy);
    FugitiveNode reader = nodes.start(readerKeys, holderKeys.peerId());
    get(holder, "/a");
    awaitReach(reader, "/a");

    Request request = new Request.Builder().url(origin.url("/a")).build();
    try (Response response = reader.asSent().newCall(request).execute()) {
      ByteString first = response.body().source().readByteString(LARGE / 8);
      middle.close();
      ByteString rest = response.body().source().readByteString();
      assertThat(first.size() + rest.size()).isEqualTo(LARGE);
      assertThat(first).isEqualTo(body.substring(0, LARGE / 8));
      assertThat(rest).isEqualTo(body.substring(LARGE / 8));
    }
  }

  @Test
  void whoLiesToARelayIsBannedByItAndTheReaderGoesElsewhere() throws IOException {
    Identity trusted = Identity.generate();
    TestContent content = TestContent.random(origin.url("/a").toString(), SMALL, 7);
    published.publish("/a", content.body());
    Liar liar = new Liar(Lie.FLIPPED_BIT, content, new Liar.Keys(trusted, Identity.generate()), 1);
    Set<HoldingItem> claimed =
        Set.of(
            new HoldingItem.OfContent(content.id()),
            new HoldingItem.OfResource(ResourceKey.primary(content.request())));
    try (LyingPeer holder =
        new LyingPeer(nodes.network(), nodes.rendezvous(), claimed, liar::answer)) {
      nodes.keepApart(readerKeys.peerId(), holder.id());
      FugitiveNode middle = nodes.start(middleKeys, trusted.peerId());
      FugitiveNode reader = nodes.start(readerKeys, trusted.peerId());
      awaitReach(reader, "/a");

      Answer answer = get(reader, "/a");

      assertThat(answer.body()).isEqualTo(content.body());
      assertThat(liar.lies()).isPositive();
      Awaitility.await().until(() -> bannedBy(middle).contains(holder.id()));
      assertThat(bannedBy(reader)).isEmpty();
    }
  }

  /** With a cache of which the relays' part has room for the long content. */
  private static NodeSettings roomy(NodeSettings settings) {
    return settings.withMemoryLimit(32L * LARGE);
  }

  private static List<PeerId> bannedBy(FugitiveNode node) {
    return node.peerNetwork().mesh().status().bans().stream().map(MeshStatus.Ban::id).toList();
  }

  private static ContentId contentOf(ByteString body) {
    return TestContent.of("https://example.org/", body).id();
  }

  /** Waits until the node knows from memory that somebody behind a peer has a voucher for it. */
  private void awaitReach(FugitiveNode node, String path) {
    ResourceKey key = ResourceKey.primary("GET", origin.url(path).toString());
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> !node.peerNetwork().routing().reaching(key).isEmpty());
  }

  private record Answer(ByteString body, FugitiveSource source) {}

  private Answer get(FugitiveNode node, String path) throws IOException {
    Request request = new Request.Builder().url(origin.url(path)).build();
    try (Response response = node.asSent().newCall(request).execute()) {
      ByteString body = response.body().byteString();
      FugitiveSource source =
          FugitiveSource.parse(List.of(String.valueOf(response.header(FugitiveSource.FIELD))))
              .orElseThrow();
      return new Answer(body, source);
    }
  }
}
