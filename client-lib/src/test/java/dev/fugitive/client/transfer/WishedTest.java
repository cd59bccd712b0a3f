package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.ChunkFill;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.MemoryTier;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.Close;
import dev.fugitive.client.wire.PeerMessage.FoundAndSending;
import dev.fugitive.client.wire.PeerMessage.Have;
import dev.fugitive.client.wire.PeerMessage.Open;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import dev.fugitive.client.wire.PeerMessage.Refuse;
import dev.fugitive.client.wire.PeerMessage.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okio.BufferedSource;
import okio.ByteString;
import okio.Okio;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a peer sends with its answer is held, bounded, and proven before anybody reads it. */
class WishedTest {
  private static final ByteString VOUCHER = ByteString.encodeUtf8("signed");

  private final Map<PeerId, String> bans = new ConcurrentHashMap<>();
  private final Downloads downloads =
      new Downloads(Peers.named(0), bans::putIfAbsent, System::nanoTime);
  private final ContentStore store = MemoryTier.open(64 * 1024 * 1024);
  private final TestBody known = new TestBody(70_000);
  private final TestBody body = new TestBody(100_000);
  private final TestPeer peer = TestPeer.honest(1, downloads, known, body);

  /** The peer has given something before. */
  @BeforeEach
  void provePeer() throws Exception {
    assertThat(downloads.wish(List.of(peer), nobody -> false)).isEmpty();
    assertThat(fetch(known)).isEqualTo(known.byteString());
    await().atMost(Duration.ofSeconds(20)).until(() -> downloads.count() == 0);
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    downloads.close();
    peer.end();
    store.close();
  }

  @Test
  void whatCameWithTheAnswerIsAllThatIsNeeded() throws Exception {
    try (Wished wish = wish()) {
      say(sending(wish, body.id), new Have(wish.transferId(), ChunkSet.all(body.id)));
      say(body.chunks(wish.transferId(), 0, 4), body.chunks(wish.transferId(), 4, 3));
      assertThat(fetch(body)).isEqualTo(body.byteString());
    }
    assertThat(asksOf(body)).isZero();
    assertThat(bans).isEmpty();
  }

  @Test
  void whatComesAfterItWasTakenOverIsTheDownloadsOwn() throws Exception {
    try (Wished wish = wish();
        ChunkFill fill = store.fillByChunks(body.id);
        BufferedSource reader = Okio.buffer(fill.source(0, body.id.length(), new ByteTally()))) {
      say(sending(wish, body.id), body.chunks(wish.transferId(), 0, 4));
      Download download = start(fill);
      assertThat(reader.readByteString(16_384)).isEqualTo(body.byteString().substring(0, 16_384));
      say(body.chunks(wish.transferId(), 4, 3));
      assertThat(reader.readByteString()).isEqualTo(body.byteString().substring(16_384));
      assertThat(download.awaitOutcome()).isInstanceOf(DownloadOutcome.Finished.class);
    }
    assertThat(asksOf(body)).isZero();
    assertThat(bans).isEmpty();
  }

  @Test
  void anotherContentThanTheWantedOneIsOpenedAsAlways() throws Exception {
    TestBody other = new TestBody(99_999);
    try (Wished wish = wish()) {
      say(sending(wish, other.id), other.chunks(wish.transferId(), 0, 4));
      assertThat(fetch(body)).isEqualTo(body.byteString());
    }
    assertThat(asksOf(body)).isEqualTo(1);
    assertThat(bans).isEmpty();
  }

  /** The request that wished ends at the moment at which a download opens the peer. */
  @Test
  void whatADownloadHasClaimedIsNotTakenBack() throws Exception {
    Wished wish = wish();
    say(sending(wish, body.id));
    assertThat(wish.claim(body.id)).isTrue();
    assertThat(wish.claim(body.id)).as("a second time").isFalse();
    wish.close();
    assertThat(downloads.transfers(peer).openCount()).as("transfers").isEqualTo(1);
    say(body.chunks(wish.transferId(), 0, 4), body.chunks(wish.transferId(), 4, 3));
    assertThat(bans).isEmpty();
  }

  @Test
  void whatNobodyTakesOverIsTakenBack() throws Exception {
    Wished wish = wish();
    say(sending(wish, body.id), body.chunks(wish.transferId(), 0, 4));
    wish.close();
    wish.close();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> peer.heard().contains(new Close(wish.transferId())));
    say(body.chunks(wish.transferId(), 4, 3));
    assertThat(bans).isEmpty();
    say(body.chunks(wish.transferId(), 4, 3));
    assertThat(bans).containsKey(peer.peer());
  }

  @Test
  void anAnswerThatComesAfterNobodyWaitsIsPassedOver() {
    Wished wish = wish();
    wish.close();
    say(sending(wish, body.id), body.chunks(wish.transferId(), 0, 4));
    assertThat(bans).isEmpty();
    assertThat(wish()).isNotNull();
  }

  @Test
  void whoSendsMoreThanTheContentHasIsBanned() {
    try (Wished wish = wish()) {
      say(sending(wish, body.id), body.chunks(wish.transferId(), 0, 4));
      say(body.chunks(wish.transferId(), 0, 4));
    }
    assertThat(bans.get(peer.peer())).contains("more than it was asked for");
  }

  /** Each is up to 64 KiB long, and all would be held until it is known what is wanted. */
  @Test
  void whoSaysWithoutEndWhatItHasIsBanned() {
    try (Wished wish = wish()) {
      for (int i = 0; i < 9; i++) {
        say(new Have(wish.transferId(), ChunkSet.range(0, 1 + i % 7)));
      }
      assertThat(bans).isEmpty();
      for (int i = 0; i < 100; i++) {
        say(new Have(wish.transferId(), ChunkSet.range(0, 7)));
      }
    }
    assertThat(bans).containsKey(peer.peer());
  }

  @Test
  void whoSaysToHaveMoreThanWasWishedIsBanned() {
    try (Wished wish = wish()) {
      say(new Have(wish.transferId(), ChunkSet.range(0, wish.maxChunks() + 1)));
    }
    assertThat(bans).containsKey(peer.peer());
  }

  @Test
  void aClosedSessionIsWishedNothingOfAndNotRemembered() {
    peer.vanish();
    assertThat(downloads.wish(List.of(peer), nobody -> false)).isEmpty();
    assertThat(downloads.transfers(peer)).isNotSameAs(downloads.transfers(peer));
  }

  /** When a link breaks, what has come over it is still read. */
  @Test
  void whatIsHeardAfterASessionsEndIsNoLie() {
    peer.vanish();
    say(body.chunks(0, 0, 4), new Have(0, ChunkSet.all(body.id)), body.chunks(17, 0, 4));
    assertThat(bans).isEmpty();
  }

  @Test
  void whoSendsBeforeItHasSaidWhatIsBanned() {
    try (Wished wish = wish()) {
      say(body.chunks(wish.transferId(), 0, 4));
    }
    assertThat(bans).containsKey(peer.peer());
  }

  @Test
  void whoSaysTwiceWhatItSendsIsBanned() {
    try (Wished wish = wish()) {
      say(sending(wish, body.id), sending(wish, known.id));
    }
    assertThat(bans.get(peer.peer())).contains("expected: once");
  }

  @Test
  void whoSendsWhereNothingWasWishedIsBanned() {
    say(new FoundAndSending(1, VOUCHER, 4_711, body.id));
    assertThat(bans).containsKey(peer.peer());
  }

  /** A download that has claimed a transfer takes it over a moment later. */
  @Test
  void aRefusalBetweenIsNotLost() throws Exception {
    Wished wish = wish();
    say(sending(wish, body.id));
    assertThat(wish.claim(body.id)).isTrue();
    Refuse refuse = new Refuse(wish.transferId(), RefusalReason.BUSY, 0);
    say(refuse, refuse);
    try (ChunkFill fill = store.fillByChunks(body.id)) {
      Download download = start(fill);
      assertThat(wish.takeOver(new PeerSource(downloads.transfers(peer), 9, download, false)))
          .containsExactly(refuse);
      download.cancel();
      var unused = download.awaitOutcome();
    }
  }

  @Test
  void falseBytesAreGivenToNobody() throws Exception {
    TestBody false1 = new TestBody(100_001);
    try (Wished wish = wish();
        ChunkFill fill = store.fillByChunks(body.id);
        BufferedSource reader = Okio.buffer(fill.source(0, body.id.length(), new ByteTally()))) {
      say(sending(wish, body.id), false1.chunks(wish.transferId(), 0, 4));
      Download download = start(fill);
      assertThat(download.awaitOutcome()).isInstanceOf(DownloadOutcome.Failed.class);
      assertThat(fill.chunks().isEmpty()).isTrue();
      assertThat(reader.isOpen()).isTrue();
    }
    assertThat(bans).containsKey(peer.peer());
  }

  @Test
  void onlySoMuchIsWaitedForAtATime() {
    List<Wished> wishes = new ArrayList<>();
    downloads.wish(List.of(peer), nobody -> false).ifPresent(wishes::add);
    while (wishes.size() < 100
        && downloads.wish(List.of(peer), nobody -> false).map(wishes::add).orElse(false)) {
      // as many as there are
    }
    assertThat(wishes).hasSize(16);
    wishes.forEach(Wished::close);
    wish().close();
  }

  @Test
  void whoIsTrustedNeedNotHaveGivenAnythingAndSuchPeersAreAskedByTurns() throws Exception {
    TestPeer one = TestPeer.honest(2, downloads, body);
    TestPeer other = TestPeer.honest(3, downloads, body);
    TestPeer stranger = TestPeer.honest(4, downloads, body);
    List<Wished> wishes = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      downloads
          .wish(List.of(stranger, one, other), key -> !key.equals(stranger.peer()))
          .ifPresent(wishes::add);
    }
    assertThat(wishes)
        .extracting(Wished::session)
        .containsExactlyInAnyOrder(one, one, one, other, other, other);
    wishes.forEach(Wished::close);
    one.end();
    other.end();
    stranger.end();
  }

  private Wished wish() {
    return downloads.wish(List.of(peer), nobody -> false).orElseThrow();
  }

  private static FoundAndSending sending(Wished wish, ContentId content) {
    return new FoundAndSending(1, VOUCHER, wish.transferId(), content);
  }

  private void say(PeerMessage... messages) {
    for (PeerMessage message : messages) {
      downloads.onMessage(peer, message);
    }
  }

  /** How often a content was opened, and chunks of anything requested since. */
  private long asksOf(TestBody asked) {
    List<PeerMessage> heard = peer.heard();
    List<Integer> transfers =
        heard.stream()
            .filter(message -> message instanceof Open open && open.content().equals(asked.id))
            .map(message -> ((Open) message).transferId())
            .toList();
    assertThat(heard)
        .filteredOn(Request.class::isInstance)
        .allMatch(message ->
            transfers.contains(((Request) message).transferId())
                || ((Request) message).transferId() == 0);
    return transfers.size();
  }

  private Download start(ChunkFill fill) {
    return downloads.start(
        fill.id(), fill, List.of(peer), List.of(), null, FetchPolicy.OFFLOAD, outcome -> {});
  }

  private ByteString fetch(TestBody wanted) throws Exception {
    try (ChunkFill fill = store.fillByChunks(wanted.id);
        BufferedSource reader = Okio.buffer(fill.source(0, wanted.id.length(), new ByteTally()))) {
      start(fill);
      return reader.readByteString();
    }
  }
}
