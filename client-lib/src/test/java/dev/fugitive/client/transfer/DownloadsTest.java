package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fugitive.cache.content.ChunkVerification.Verified;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.VerifiedChunk;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.ChunkFill;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.MemoryTier;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.SwarmAction.OpenOrigin;
import dev.fugitive.client.transfer.SwarmEvent.OriginHeard;
import dev.fugitive.client.transfer.TestPeer.Conduct;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.Close;
import dev.fugitive.client.wire.PeerMessage.Member;
import dev.fugitive.client.wire.PeerMessage.Members;
import dev.fugitive.client.wire.PeerMessage.Open;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import dev.fugitive.client.wire.PeerMessage.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import okio.Buffer;
import okio.BufferedSource;
import okio.ByteString;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadsTest {
  private final Map<PeerId, String> bans = new ConcurrentHashMap<>();
  private final Downloads downloads =
      new Downloads(Peers.named(0), bans::putIfAbsent, System::nanoTime);
  private final ContentStore store = MemoryTier.open(64 * 1024 * 1024);
  private final ByteTally tally = new ByteTally();
  private final List<TestPeer> peers = new ArrayList<>();

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    downloads.close();
    assertThat(downloads.count()).isZero();
    for (TestPeer peer : peers) {
      peer.end();
    }
    store.close();
  }

  @Test
  void whoFetchesTooIsToldWhatAnotherTellsOfTheCrowd() throws Exception {
    TestBody body = new TestBody(1_000_000);
    TestPeer first = peer(1, Conducts.holding(0, 1), body);
    TestPeer second = peer(2, Conducts.holding(0, 1), body);
    try (ChunkFill fill = store.fillByChunks(body.id)) {
      Download download = start(fill, null, first, second);
      downloads.onReader(first, new Open(7, body.id));
      downloads.onReader(second, new Open(7, body.id));
      downloads.onMembers(first, new Members(7, List.of(new Member(42, 1, 3))));
      downloads.onMembers(second, new Members(8, List.of(new Member(43, 1, 3))));
      await().atMost(Duration.ofSeconds(20)).until(() -> isToldOf(second, 42));
      assertThat(isToldOf(second, 43)).isFalse();
      download.cancel();
      download.awaitOutcome();
    }
  }

  /** A refused peer says no Close; it asks again under another number. */
  @Test
  void whoAsksAgainIsKnownByItsLastTransferAlone() throws Exception {
    TestBody body = new TestBody(1_000_000);
    TestPeer reader = peer(1, Conducts.holding(0, 1), body);
    try (ChunkFill fill = store.fillByChunks(body.id)) {
      Download download = start(fill, null, reader);
      for (int transfer = 0; transfer < 1000; transfer++) {
        downloads.onReader(reader, new Open(transfer, body.id));
      }
      SessionTransfers transfers = downloads.transfers(reader);
      assertThat(transfers.findReader(998)).isEmpty();
      assertThat(transfers.findReader(999)).contains(download);
      download.cancel();
      download.awaitOutcome();
      assertThat(transfers.findReader(999)).isEmpty();
    }
  }

  @Test
  void aPeerThatWasGivenUpDoesNotRememberADownloadThatIsOver() throws Exception {
    TestBody body = new TestBody(1_000_000);
    TestPeer peer = peer(1, Conducts.holding(0, 1), body);
    try (ChunkFill fill = store.fillByChunks(body.id)) {
      Download download = start(fill, null, peer);
      SessionTransfers transfers = downloads.transfers(peer);
      downloads.onReader(peer, new Open(7, body.id));
      download.left(transfers, "does not take messages");
      download.cancel();
      download.awaitOutcome();
      downloads.onReader(peer, new Open(8, body.id));
      assertThat(transfers.findReader(7)).isEmpty();
      assertThat(transfers.close()).isEmpty();
    }
  }

  private static boolean isToldOf(TestPeer peer, long rank) {
    return peer.heard().stream()
        .anyMatch(message ->
            message instanceof Members(int ignored, List<Member> members)
                && members.contains(new Member(rank, 2, 3)));
  }

  // ---- everything is well

  @ParameterizedTest
  @ValueSource(ints = {1, 16_383, 16_384, 16_385, 65_537, 3_000_001})
  void aBodyComesWholeFromOnePeer(int length) throws Exception {
    TestBody body = new TestBody(length);
    assertThat(fetch(body, null, honest(1, body))).isEqualTo(body.byteString());
    assertThat(tally.bytes(Provenance.TIER1)).isEqualTo(length);
    assertThat(bans).isEmpty();
  }

  @Test
  void aBodyOfNoBytesNeedsNobody() throws Exception {
    TestBody body = new TestBody(0);
    try (ChunkFill fill = store.fillByChunks(body.id)) {
      Download download = start(fill, null);
      assertThat(download.awaitOutcome()).isInstanceOf(DownloadOutcome.Finished.class);
    }
  }

  @Test
  void aPartIsReadFromItsFirstByte() throws Exception {
    TestBody body = new TestBody(2_000_000);
    try (ChunkFill fill = store.fillByChunks(body.id)) {
      Source part = fill.source(1_500_000, 1_600_000, tally);
      Download download = start(fill, null, honest(1, body));
      try (BufferedSource source = Okio.buffer(part)) {
        assertThat(source.readByteString())
            .isEqualTo(ByteString.of(body.bytes, 1_500_000, 100_000));
      }
      download.awaitOutcome();
    }
  }

  @Test
  void severalPeersEachGiveTheirPart() throws Exception {
    TestBody body = new TestBody(1_000_000);
    TestPeer first = peer(1, Conducts.holding(0, 31), body);
    TestPeer second = peer(2, Conducts.holding(31, 62), body);
    assertThat(fetch(body, null, first, second)).isEqualTo(body.byteString());
    assertThat(first.heardRequests()).isPositive();
    assertThat(second.heardRequests()).isPositive();
  }

  @Test
  void compressedFramesAreUnpacked() throws Exception {
    TestBody body = new TestBody(new byte[200_000]);
    TestPeer peer = peer(1, Conducts.changingChunks(Conducts::compressed), body);
    assertThat(fetch(body, null, peer)).isEqualTo(body.byteString());
  }

  @Test
  void aSecondTransferOnTheSameSessionWorks() throws Exception {
    TestBody first = new TestBody(100_000);
    TestBody second = new TestBody(100_001);
    TestPeer peer = honest(1, first, second);
    assertThat(fetch(first, null, peer)).isEqualTo(first.byteString());
    assertThat(fetch(second, null, peer)).isEqualTo(second.byteString());
    assertThat(peer.heard().stream().filter(Open.class::isInstance).map(m -> (Open) m))
        .extracting(Open::transferId)
        .doesNotHaveDuplicates()
        .hasSize(2);
  }

  @Test
  void whatCameFromAPeerCanBeSharedWhileTheRestIsMissing() throws Exception {
    TestBody body = new TestBody(1_000_000);
    TestPeer peer = peer(1, Conducts.holding(8, 12), body);
    try (ChunkFill fill = store.fillByChunks(body.id)) {
      Source reader = fill.source(0, body.id.length(), tally);
      Download download = start(fill, null, peer);
      await().until(() -> fill.chunks().containsRange(8, 12));
      assertThat(fill.read(8, 4)).isEqualTo(body.payload(8, 4));
      assertThat(fill.proof(8, 4)).isEqualTo(body.tree.proof(8, 4));
      reader.close();
      download.awaitOutcome();
    }
  }

  @Test
  void aHolderThatIsAddedLaterServes() throws Exception {
    TestBody body = new TestBody(100_000);
    TestPeer never = peer(1, (peer, message) -> List.of(), body);
    try (ChunkFill fill = store.fillByChunks(body.id);
        BufferedSource source = Okio.buffer(fill.source(0, body.id.length(), tally))) {
      Download download = start(fill, null, never);
      download.addHolder(honest(2, body));
      assertThat(source.readByteString()).isEqualTo(body.byteString());
      assertThat(download.awaitOutcome()).isInstanceOf(DownloadOutcome.Finished.class);
      assertThat(download.progress().peerBytes()).isEqualTo(100_000);
    }
  }

  // ---- peers that do not serve

  @Test
  void oneRefusalDoesNotCancelWhatOthersServe() throws Exception {
    TestBody body = new TestBody(500_000);
    TestPeer refusing = peer(1, Conducts.refusing(RefusalReason.NOT_ALLOWED), body);
    assertThat(fetch(body, null, refusing, honest(2, body))).isEqualTo(body.byteString());
  }

  @Test
  void aBusyStormEnds() throws Exception {
    TestBody body = new TestBody(500_000);
    TestPeer first = peer(1, Conducts.busyFor(3), body);
    TestPeer second = peer(2, Conducts.busyFor(2), body);
    assertThat(fetch(body, null, first, second)).isEqualTo(body.byteString());
  }

  @Test
  void peersThatVanishAreReplacedByTheOrigin() throws Exception {
    TestBody body = new TestBody(4_000_000);
    TestPeer first = peer(1, Conducts.vanishingAfter(7), body);
    TestPeer second = peer(2, Conducts.vanishingAfter(9), body);
    assertThat(fetch(body, body.origin(), first, second)).isEqualTo(body.byteString());
    assertThat(tally.bytes(Provenance.TIER1)).isPositive();
    assertThat(tally.bytes(Provenance.ORIGIN)).isPositive();
    assertThat(tally.total()).isEqualTo(4_000_000);
  }

  @Test
  void aSilentPeerIsReplacedByAnother() throws Exception {
    TestBody body = new TestBody(1_000_000);
    TestPeer silent = peer(1, Conducts.silentAfter(3), body);
    assertThat(fetch(body, null, silent, honest(2, body))).isEqualTo(body.byteString());
    assertThat(bans).isEmpty();
  }

  @Test
  void withNoSourceLeftTheReaderHearsWhoFailedAndWhy() throws Exception {
    TestBody body = new TestBody(1_000_000);
    TestPeer refusing = peer(1, Conducts.refusing(RefusalReason.DONT_HAVE), body);
    TestPeer vanishing = peer(2, Conducts.vanishingAfter(2), body);
    assertThatThrownBy(() -> fetch(body, null, refusing, vanishing))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(refusing.peer().shortName() + " refused: DONT_HAVE")
        .hasMessageContaining(vanishing.peer().shortName() + " left: vanished")
        .hasMessageContaining("the origin cannot be asked");
  }

  @Test
  void aReaderThatLeavesStopsThePeer() throws Exception {
    TestBody body = new TestBody(8_000_000);
    CountDownLatch asked = new CountDownLatch(1);
    TestPeer peer =
        peer(
            1,
            (self, message) -> {
              if (message instanceof Request) {
                asked.countDown();
                return List.of();
              }
              return self.honestly(message);
            },
            body);
    try (ChunkFill fill = store.fillByChunks(body.id)) {
      Source reader = fill.source(0, body.id.length(), tally);
      Download download = start(fill, null, peer);
      asked.await();
      reader.close();
      assertThat(download.awaitOutcome()).isInstanceOf(DownloadOutcome.Cancelled.class);
      await().until(() -> peer.heard().stream().anyMatch(Close.class::isInstance));
    }
  }

  @Test
  void aCancelledDownloadToleratesWhatWasUnderWay() throws Exception {
    TestBody body = new TestBody(8_000_000);
    List<PeerMessage> held = new ArrayList<>();
    CountDownLatch closed = new CountDownLatch(1);
    TestPeer peer =
        peer(
            1,
            (self, message) -> {
              if (message instanceof Request) {
                held.addAll(self.honestly(message));
                return List.of();
              }
              if (message instanceof Close) {
                held.forEach(late -> downloads.onMessage(self, late));
                closed.countDown();
              }
              return self.honestly(message);
            },
            body);
    try (ChunkFill fill = store.fillByChunks(body.id)) {
      Download download = start(fill, null, peer);
      await().until(() -> peer.heardRequests() > 0);
      download.cancel();
      download.awaitOutcome();
      closed.await();
      assertThat(held).isNotEmpty();
      assertThat(bans).isEmpty();
    }
  }

  // ---- peers that lie

  /** Every kind of lie about chunks. */
  enum Lie {
    FLIPPED_BIT,
    FLIPPED_PROOF,
    NO_PROOF,
    BOMB,
    MALFORMED,
    OTHER_CHUNK,
    SENT_TWICE,
    OTHER_TRANSFER,
    MORE_THAN_THE_CONTENT;

    Conduct conduct() {
      return switch (this) {
        case FLIPPED_BIT -> Conducts.changingChunks(Conducts::withFlippedBit);
        case FLIPPED_PROOF -> Conducts.changingChunks(Conducts::withFlippedProof);
        case NO_PROOF -> Conducts.changingChunks(Conducts::withoutProof);
        case BOMB -> Conducts.changingChunks(Conducts::bomb);
        case MALFORMED -> Conducts.changingChunks(Conducts::malformed);
        case OTHER_CHUNK -> Conducts.changingChunks(Conducts::atOtherChunk);
        case SENT_TWICE -> Conducts.adding(chunks -> chunks);
        case OTHER_TRANSFER -> Conducts.changingChunks(Conducts::inOtherTransfer);
        case MORE_THAN_THE_CONTENT -> Conducts.holding(0, 1_000_000);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLiarIsBannedAndTheReaderNeverNotices(Lie lie) throws Exception {
    TestBody body = new TestBody(8_000_000);
    TestPeer liar = peer(1, lie.conduct(), body);
    Conduct afterTheLie =
        (peer, message) -> {
          if (message instanceof Request) {
            await().pollDelay(Duration.ZERO).until(() -> bans.containsKey(liar.peer()));
          }
          return peer.honestly(message);
        };
    TestPeer honest = peer(2, afterTheLie, body);
    assertThat(fetch(body, null, liar, honest)).isEqualTo(body.byteString());
    assertThat(bans).containsKey(liar.peer()).doesNotContainKey(honest.peer());
  }

  @Test
  void withLiarsOnlyTheOriginServes() throws Exception {
    TestBody body = new TestBody(1_000_000);
    List<TestPeer> liars = new ArrayList<>();
    for (Lie lie : Lie.values()) {
      liars.add(peer(10 + liars.size(), lie.conduct(), body));
    }
    ByteString got = fetch(body, body.origin(), liars.toArray(TestPeer[]::new));
    assertThat(got).isEqualTo(body.byteString());
  }

  @Test
  void ofThousandsOfLiesNotOneByteReachesTheReader() throws Exception {
    SplittableRandom random = new SplittableRandom(20_26);
    int lies = 0;
    for (int round = 0; round < 100; round++) {
      TestBody body = new TestBody(200_000 + round);
      List<TestPeer> all = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        Lie lie = Lie.values()[random.nextInt(Lie.values().length)];
        all.add(peer(1000 + 10 * round + i, lie.conduct(), body));
        lies++;
      }
      all.add(honest(1009 + 10 * round, body));
      ByteString got = fetch(body, body.origin(), all.toArray(TestPeer[]::new));
      assertThat(got).isEqualTo(body.byteString());
    }
    assertThat(lies).isEqualTo(600);
  }

  // ---- the origin

  @Test
  void withoutPeersTheOriginServesAndTheContentIsStored() throws Exception {
    TestBody body = new TestBody(1_234_567);
    assertThat(fetch(body, body.origin())).isEqualTo(body.byteString());
    assertThat(tally.bytes(Provenance.ORIGIN)).isEqualTo(1_234_567);
  }

  @Test
  void anOriginThatBreaksIsResumedWhereItBroke() throws Exception {
    TestBody body = new TestBody(1_000_000);
    List<Long> opened = new ArrayList<>();
    OriginRanges breaking =
        (from, until) -> {
          opened.add(from);
          long given = Math.min(until, from + 300_000) - from;
          return new Buffer().write(body.bytes, (int) from, (int) given);
        };
    assertThat(fetch(body, breaking)).isEqualTo(body.byteString());
    assertThat(opened).hasSize(4).startsWith(0L, 18L * 16_384);
  }

  @Test
  void bytesThatFillNoChunkAreHeardOf() throws Exception {
    TestBody body = new TestBody(1_000_000);
    CountDownLatch waiting = new CountDownLatch(2);
    CountDownLatch closed = new CountDownLatch(2);
    OriginRanges hanging = (from, until) -> new HangingSource(waiting, closed);
    OriginRanges hangingAfterSome =
        (from, until) -> new HangingAfterSome(hanging.open(from, until));
    Mailbox mailbox = new Mailbox();
    try (ChunkFill fill = store.fillByChunks(body.id)) {
      Source reader = fill.source(0, body.id.length(), tally);
      Download download = start(fill, hanging);
      Intake intake = new Intake(fill, new Gate(), mailbox, null, () -> 5);
      OriginReader some =
          new OriginReader(download, intake, hangingAfterSome, new OpenOrigin(7, 0, 4));
      some.start();
      assertThat(mailbox.drain(Duration.ofMinutes(1).toNanos())).isEmpty();
      assertThat(intake.takeHeard()).contains(new OriginHeard(7, 5));
      assertThat(intake.takeHeard()).isEmpty();
      waiting.await();
      some.cancel();
      reader.close();
      closed.await();
    }
  }

  @Test
  void anOriginWithAnotherContentEndsTheResponseInsteadOfMixingIt() throws Exception {
    TestBody body = new TestBody(1_000_000);
    byte[] other = body.bytes.clone();
    other[other.length - 5] ^= 1;
    OriginRanges origin =
        (from, until) -> new Buffer().write(other, (int) from, (int) (until - from));
    assertThatThrownBy(() -> fetch(body, origin))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not what its origin sends");
    assertThat(store.status().contents()).isZero();
  }

  @Test
  void aPeerThatContradictsTheOriginDoesNotMakeTheContentWhole() throws Exception {
    TestBody body = new TestBody(1_000_000);
    int last = body.id.chunkCount() - 1;
    try (ChunkFill fill = store.fillByChunks(body.id);
        Source reader = fill.source(0, body.id.length(), tally)) {
      byte[] other = body.bytes.clone();
      other[5] ^= 1;
      int length = Math.toIntExact(body.id.rangeLength(0, last));
      var taken = (Verified) fill.tree().acceptFromOrigin(0, ByteBuffer.wrap(other, 0, length));
      for (VerifiedChunk chunk : taken.chunks()) {
        fill.put(chunk, Provenance.ORIGIN);
      }
      Download download = start(fill, null, honest(1, body));
      assertThat(download.awaitOutcome()).isInstanceOf(DownloadOutcome.Failed.class);
      assertThat(fill.chunks().contains(last)).isFalse();
      assertThatThrownBy(() -> Okio.buffer(reader).readByteString())
          .hasMessageContaining("is not what its origin sends");
    }
  }

  @Test
  void anOriginThatWaitsIsInterruptedWhenNobodyReadsAnyMore() throws Exception {
    TestBody body = new TestBody(1_000_000);
    CountDownLatch waiting = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    OriginRanges hanging = (from, until) -> new HangingSource(waiting, closed);
    try (ChunkFill fill = store.fillByChunks(body.id)) {
      Source reader = fill.source(0, body.id.length(), tally);
      Download download = start(fill, hanging);
      waiting.await();
      reader.close();
      assertThat(download.awaitOutcome()).isInstanceOf(DownloadOutcome.Cancelled.class);
      closed.await();
    }
  }

  /** Gives a hundred bytes, then what another gives. */
  private static final class HangingAfterSome extends ForwardingSource {
    private boolean given;

    HangingAfterSome(Source rest) {
      super(rest);
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      if (given) {
        return super.read(sink, byteCount);
      }
      given = true;
      sink.write(new byte[100]);
      return 100;
    }
  }

  /** Waits for ever, and notes when it is closed. */
  private static final class HangingSource extends ForwardingSource {
    private final CountDownLatch waiting;
    private final CountDownLatch closed;

    HangingSource(CountDownLatch waiting, CountDownLatch closed) {
      super(new Buffer());
      this.waiting = waiting;
      this.closed = closed;
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      waiting.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new IOException("interrupted", e);
      }
      return -1;
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  @Test
  void forLatencyPeersAndOriginTogetherGiveTheBody() throws Exception {
    TestBody body = new TestBody(6_000_000);
    try (ChunkFill fill = store.fillByChunks(body.id);
        BufferedSource source = Okio.buffer(fill.source(0, body.id.length(), tally))) {
      Download download =
          downloads.start(
              body.id,
              fill,
              List.of(honest(1, body)),
              List.of(),
              body.origin(),
              FetchPolicy.LATENCY,
              outcome -> {});
      assertThat(source.readByteString()).isEqualTo(body.byteString());
      assertThat(download.awaitOutcome()).isInstanceOf(DownloadOutcome.Finished.class);
      DownloadProgress progress = download.progress();
      assertThat(progress.peerBytes() + progress.originBytes()).isEqualTo(6_000_000);
    }
  }

  // ---- many at once

  @Test
  void manyDownloadsOfTheSamePeersDoNotDisturbEachOther() throws Exception {
    TestBody[] bodies = new TestBody[20];
    Arrays.setAll(bodies, i -> new TestBody(300_000 + i));
    TestPeer first = honest(1, bodies);
    TestPeer second = honest(2, bodies);
    List<Thread> readers = new ArrayList<>();
    Map<ContentId, ByteString> got = new ConcurrentHashMap<>();
    for (TestBody body : bodies) {
      readers.add(
          Thread.ofVirtual().start(() -> got.put(body.id, fetchUnchecked(body, first, second))));
    }
    for (Thread reader : readers) {
      reader.join();
    }
    assertThat(got).hasSize(20);
    for (TestBody body : bodies) {
      assertThat(got.get(body.id)).isEqualTo(body.byteString());
    }
    assertThat(bans).isEmpty();
  }

  // ---- means

  private TestPeer honest(int name, TestBody... held) {
    return peer(name, TestPeer::honestly, held);
  }

  private TestPeer peer(int name, Conduct conduct, TestBody... held) {
    TestPeer peer = new TestPeer(name, downloads, conduct, held);
    peers.add(peer);
    return peer;
  }

  private Download start(ChunkFill fill, @Nullable OriginRanges origin, TestPeer... holders) {
    List<PeerSession> sessions = List.of(holders);
    return downloads.start(
        fill.id(), fill, sessions, List.of(), origin, FetchPolicy.OFFLOAD, outcome -> {});
  }

  private ByteString fetch(TestBody body, @Nullable OriginRanges origin, TestPeer... holders)
      throws Exception {
    try (ChunkFill fill = store.fillByChunks(body.id);
        BufferedSource source = Okio.buffer(fill.source(0, body.id.length(), tally))) {
      Download download = start(fill, origin, holders);
      try {
        return source.readByteString();
      } finally {
        download.awaitOutcome();
      }
    }
  }

  private ByteString fetchUnchecked(TestBody body, TestPeer... holders) {
    try {
      return fetch(body, null, holders);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
