package dev.fugitive.client.transfer.upload;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ChunkVerification;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.PartialTree;
import dev.fugitive.client.wire.MalformedMessageException;
import dev.fugitive.client.wire.PayloadCodec;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.Encoding;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Uploads as peers see them, with a store in memory and sessions that can stop reading. */
class UploadsTest {
  private static final int CHUNK = ContentId.CHUNK_BYTES;

  private final FakeStore store = new FakeStore();
  private final AtomicLong clock = new AtomicLong();
  private final Set<ContentId> notShareable = ConcurrentHashMap.newKeySet();
  private final Uploads uploads =
      new Uploads(store.asStore(), UploadSettings.ON, id -> !notShareable.contains(id), clock::get);
  private final FakePeer alice = new FakePeer("alice");
  private final FakePeer bob = new FakePeer("bob");

  @AfterEach
  void nothingLeaks() {
    alice.readOn();
    bob.readOn();
    uploads.onClosed(alice);
    uploads.onClosed(bob);
    await().until(() -> store.openHandles() == 0);
    uploads.close();
    assertThat(uploads.status().active()).isEmpty();
    await().until(() -> uploads.runningThreads() == 0);
    assertThat(uploads.openContexts()).isZero();
  }

  @Test
  void everyByteArrivesProven() throws Exception {
    for (int length : new int[] {1, CHUNK - 1, CHUNK, CHUNK + 1, 9 * CHUNK + 5}) {
      byte[] body = random(length);
      ContentId id = store.add(body);
      uploads.onMessage(alice, new PeerMessage.Open(length, id));
      uploads.onMessage(alice, new PeerMessage.Request(length, 0, id.chunkCount()));
      await().until(() -> bytesReceived(alice, length) == length);
      assertThat(body(alice, length, id)).isEqualTo(body);
      uploads.onMessage(alice, new PeerMessage.Close(length));
    }
    assertThat(uploads.status().plainBytes()).isEqualTo(12L * CHUNK + 6);
  }

  @Test
  void whereAFrameWouldBeLongUnderWayChunksGoOneByOne() throws Exception {
    byte[] body = random(6 * CHUNK + 5);
    ContentId id = store.add(body);
    alice.narrow(1);
    uploads.onMessage(alice, new PeerMessage.Open(1, id));
    uploads.onMessage(alice, new PeerMessage.Request(1, 0, id.chunkCount()));
    await().until(() -> bytesReceived(alice, 1) == body.length);
    assertThat(alice.received(PeerMessage.Chunks.class))
        .extracting(PeerMessage.Chunks::chunkCount)
        .containsOnly(1)
        .hasSize(7);
    assertThat(body(alice, 1, id)).isEqualTo(body);
    await().until(() -> uploads.status().plainBytes() == body.length);
  }

  @Test
  void whatIsWishedIsSentWhenThePeerHasBeenTold() throws Exception {
    byte[] body = random(4 * CHUNK);
    ContentId id = store.add(body);
    Runnable request = uploads.begin(alice, 9, id).orElseThrow();
    assertThat(alice.received(PeerMessage.Chunks.class)).isEmpty();
    request.run();
    await().until(() -> bytesReceived(alice, 9) == body.length);
    assertThat(body(alice, 9, id)).isEqualTo(body);
    assertThat(uploads.status().active()).hasSize(1);
    uploads.onMessage(alice, new PeerMessage.Close(9));
    await().until(() -> uploads.status().active().isEmpty());
  }

  @Test
  void whatIsWishedGetsNoMoreSlotsThanWhatIsOpened() {
    ContentId id = store.add(random(CHUNK));
    uploads.setSettings(UploadSettings.ON.withSlots(2, 2));
    uploads.onMessage(alice, new PeerMessage.Open(1, id));
    assertThat(uploads.begin(alice, 2, id)).isPresent();
    assertThat(uploads.begin(alice, 3, id)).isEmpty();
    assertThat(uploads.begin(bob, 3, id)).isEmpty();
    await().until(() -> alice.received().size() == 2);
    assertThat(alice.received()).allMatch(PeerMessage.Have.class::isInstance);
    assertThat(bob.received()).isEmpty();
  }

  @Test
  void whatIsNotSharedIsNotSentWhoeverWishesIt() {
    ContentId hidden = store.add(random(CHUNK));
    notShareable.add(hidden);
    assertThat(uploads.begin(alice, 1, hidden)).isEmpty();
    assertThat(alice.received()).isEmpty();
  }

  @Test
  void whoWishesInATransferThatIsInUseIsSentAway() {
    ContentId id = store.add(random(CHUNK));
    uploads.onMessage(alice, new PeerMessage.Open(1, id));
    assertThat(uploads.begin(alice, 1, id)).isEmpty();
    assertThat(alice.closeReason()).contains("transfer id: 1 (expected: one that is not in use)");
  }

  @Test
  void anEmptyContentIsHadAtOnce() {
    ContentId id = store.add(new byte[0]);
    uploads.onMessage(alice, new PeerMessage.Open(1, id));
    await().until(() -> !alice.received().isEmpty());
    assertThat(alice.received()).containsExactly(new PeerMessage.Have(1, ChunkSet.EMPTY));
  }

  @Test
  void otherMessagesAreLeftToOthers() {
    assertThat(uploads.onMessage(alice, new PeerMessage.Ping(1))).isFalse();
    assertThat(uploads.onMessage(alice, new PeerMessage.Close(1))).isTrue();
  }

  @Test
  void whatIsNotSharedIsNotHad() {
    ContentId hidden = store.add(random(CHUNK));
    notShareable.add(hidden);
    ContentId unknown = new ContentId(hidden.root().sha256(), CHUNK);
    uploads.onMessage(alice, new PeerMessage.Open(1, hidden));
    uploads.onMessage(alice, new PeerMessage.Open(2, unknown));
    await().until(() -> alice.received().size() == 2);
    assertThat(alice.received())
        .containsExactly(
            new PeerMessage.Refuse(1, RefusalReason.DONT_HAVE, 0),
            new PeerMessage.Refuse(2, RefusalReason.DONT_HAVE, 0));
    assertThat(uploads.status().refused()).containsEntry(RefusalReason.DONT_HAVE, 2L);
  }

  @Test
  void sharingSwitchedOffStopsEverything() {
    ContentId id = store.add(random(512 * CHUNK));
    alice.stopReading();
    uploads.onMessage(alice, new PeerMessage.Open(1, id));
    uploads.onMessage(alice, new PeerMessage.Request(1, 0, 512));
    uploads.setSettings(UploadSettings.OFF);
    uploads.onMessage(bob, new PeerMessage.Open(1, id));
    alice.readOn();
    PeerMessage refusal = new PeerMessage.Refuse(1, RefusalReason.NOT_ALLOWED, 0);
    await().until(() -> alice.received().contains(refusal) && bob.received().contains(refusal));
    assertThat(alice.received(PeerMessage.Chunks.class)).hasSizeLessThan(2);
    await().until(() -> store.openHandles() == 0);
  }

  @Test
  void whoMayHaveNothingAnyMoreGetsNothingThatIsJustBeingOpened() {
    AtomicReference<Uploads> inner = new AtomicReference<>();
    Uploads switched =
        new Uploads(
            store.asStore(),
            UploadSettings.ON,
            id -> {
              // between the look at who asks and the opening
              inner.get().setSettings(UploadSettings.ON, reader -> reader == bob);
              return true;
            },
            clock::get);
    inner.set(switched);
    try (switched) {
      ContentId id = store.add(random(CHUNK));
      switched.onMessage(alice, new PeerMessage.Open(1, id));
      switched.onMessage(alice, new PeerMessage.Request(1, 0, 1));
      switched.onMessage(bob, new PeerMessage.Open(1, id));
      switched.onMessage(bob, new PeerMessage.Request(1, 0, 1));
      await().until(() -> bytesReceived(bob, 1) == CHUNK);
      await()
          .until(() ->
              alice.received().contains(new PeerMessage.Refuse(1, RefusalReason.NOT_ALLOWED, 0)));
      assertThat(alice.received(PeerMessage.Chunks.class)).isEmpty();
    }
  }

  @Test
  void aPeerThatDoesNotReadDelaysNobody() {
    ContentId id = store.add(random(64 * CHUNK));
    alice.stopReading();
    for (FakePeer peer : List.of(alice, bob)) {
      uploads.onMessage(peer, new PeerMessage.Open(1, id));
      uploads.onMessage(peer, new PeerMessage.Request(1, 0, 64));
    }
    await().until(() -> bytesReceived(bob, 1) == 64L * CHUNK);
    assertThat(alice.received()).isEmpty();
    alice.readOn();
    await().until(() -> bytesReceived(alice, 1) == 64L * CHUNK);
  }

  @Test
  void aCancelStopsTheNextFrame() {
    ContentId id = store.add(random(512 * CHUNK));
    uploads.onMessage(alice, new PeerMessage.Open(1, id));
    await().until(() -> !alice.received().isEmpty());
    alice.stopReading();
    uploads.onMessage(alice, new PeerMessage.Request(1, 0, 512));
    uploads.onMessage(alice, new PeerMessage.Cancel(1, 0, 512));
    uploads.onMessage(alice, new PeerMessage.Request(1, 511, 1));
    alice.readOn();
    await()
        .until(() ->
            alice.received(PeerMessage.Chunks.class).stream()
                .anyMatch(chunks -> chunks.firstChunk() == 511));
    assertThat(alice.received(PeerMessage.Chunks.class)).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void theRateHoldsOnTheClock() {
    uploads.setSettings(UploadSettings.ON.withRate(4 * CHUNK * 100L));
    ContentId id = store.add(random(64 * CHUNK));
    uploads.onMessage(alice, new PeerMessage.Open(1, id));
    uploads.onMessage(alice, new PeerMessage.Request(1, 0, 64));
    for (int frames = 1; frames <= 16; frames++) {
      int expected = frames;
      await().until(() -> alice.received(PeerMessage.Chunks.class).size() == expected);
      clock.addAndGet(Duration.ofMillis(10).toNanos());
    }
  }

  @Test
  void aSilentPeerLosesItsSlot() {
    uploads.setSettings(UploadSettings.ON.withSlots(1, 1));
    ContentId id = store.add(random(CHUNK));
    uploads.onMessage(alice, new PeerMessage.Open(1, id));
    uploads.onMessage(bob, new PeerMessage.Open(1, id));
    await().until(() -> bob.received(PeerMessage.Refuse.class).size() == 1);
    assertThat(bob.received(PeerMessage.Refuse.class).getFirst().reason())
        .isEqualTo(RefusalReason.BUSY);
    clock.addAndGet(Duration.ofSeconds(30).toNanos());
    await().until(() -> alice.received(PeerMessage.Refuse.class).size() == 1);
    uploads.onMessage(bob, new PeerMessage.Open(2, id));
    await().until(() -> bob.received(PeerMessage.Have.class).size() == 1);
  }

  @Test
  void aDamagedContentEndsItsOwnTransferAlone() {
    ContentId damaged = store.add(random(8 * CHUNK));
    ContentId whole = store.add(random(8 * CHUNK + 1));
    uploads.onMessage(alice, new PeerMessage.Open(1, damaged));
    uploads.onMessage(alice, new PeerMessage.Open(2, whole));
    store.damage(damaged);
    uploads.onMessage(alice, new PeerMessage.Request(1, 0, 8));
    uploads.onMessage(alice, new PeerMessage.Request(2, 0, 9));
    await().until(() -> bytesReceived(alice, 2) == 8 * CHUNK + 1);
    assertThat(alice.received(PeerMessage.Refuse.class))
        .containsExactly(new PeerMessage.Refuse(1, RefusalReason.DONT_HAVE, 0));
    assertThat(bytesReceived(alice, 1)).isZero();
    assertThat(alice.closeReason()).isNull();
  }

  @Test
  void whatGrowsIsToldWithoutBeingAsked() {
    ContentId id = store.add(random(200 * CHUNK));
    store.setHere(id, ChunkSet.range(0, 1));
    uploads.onMessage(alice, new PeerMessage.Open(1, id));
    await().until(() -> alice.received(PeerMessage.Have.class).size() == 1);
    store.setHere(id, ChunkSet.all(id));
    await().until(() -> alice.received(PeerMessage.Have.class).size() == 2);
    assertThat(alice.received(PeerMessage.Have.class).getLast())
        .isEqualTo(new PeerMessage.Have(1, ChunkSet.all(id)));
  }

  @Test
  void aPeerThatMisbehavesIsClosedWithAReason() {
    ContentId id = store.add(random(CHUNK));
    uploads.onMessage(alice, new PeerMessage.Open(1, id));
    uploads.onMessage(alice, new PeerMessage.Request(1, 1, 1));
    assertThat(alice.closeReason()).isEqualTo("chunk requested: 1 (expected: below 1)");
    await().until(() -> store.openHandles() == 0);
  }

  @Test
  void aSessionThatBreaksFreesItsSlot() {
    ContentId id = store.add(random(64 * CHUNK));
    alice.stopReading();
    uploads.onMessage(alice, new PeerMessage.Open(1, id));
    uploads.onMessage(alice, new PeerMessage.Request(1, 0, 64));
    alice.close("gone");
    alice.readOn();
    await().until(() -> store.openHandles() == 0);
  }

  @Test
  void aPopularContentIsCompressedOnce() throws Exception {
    byte[] text = "A line that is said again and again.\n".repeat(10_000).getBytes(US_ASCII);
    ContentId id = store.add(text);
    for (FakePeer peer : List.of(alice, bob)) {
      uploads.onMessage(peer, new PeerMessage.Open(1, id));
      uploads.onMessage(peer, new PeerMessage.Request(1, 0, id.chunkCount()));
      await().until(() -> chunksReceived(peer, 1) == id.chunkCount());
      assertThat(peer.received(PeerMessage.Chunks.class))
          .allMatch(chunks -> chunks.encoding() == Encoding.ZSTD);
      assertThat(body(peer, 1, id)).isEqualTo(text);
    }
    assertThat(store.reads()).isEqualTo((id.chunkCount() + 3) / 4);
    assertThat(uploads.status().payloadBytes()).isLessThan(uploads.status().plainBytes() / 10);
  }

  private static ConditionFactory await() {
    return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
  }

  private static long bytesReceived(FakePeer peer, int transferId) {
    return peer.received(PeerMessage.Chunks.class).stream()
        .filter(chunks -> chunks.transferId() == transferId)
        .mapToLong(chunks -> chunks.payload().remaining())
        .sum();
  }

  private static int chunksReceived(FakePeer peer, int transferId) {
    return peer.received(PeerMessage.Chunks.class).stream()
        .filter(chunks -> chunks.transferId() == transferId)
        .mapToInt(PeerMessage.Chunks::chunkCount)
        .sum();
  }

  /** What a peer received of a transfer, each frame checked against the content's id alone. */
  private static byte[] body(FakePeer peer, int transferId, ContentId id)
      throws MalformedMessageException {
    ByteBuffer body = ByteBuffer.allocate((int) id.length());
    PartialTree tree = new PartialTree(id);
    for (PeerMessage.Chunks chunks : peer.received(PeerMessage.Chunks.class)) {
      if (chunks.transferId() == transferId) {
        int length = (int) id.rangeLength(chunks.firstChunk(), chunks.chunkCount());
        ByteBuffer plain = PayloadCodec.decode(chunks.encoding(), chunks.payload(), length);
        assertThat(
                tree.verify(
                    chunks.firstChunk(), chunks.chunkCount(), plain.duplicate(), chunks.proof()))
            .isInstanceOf(ChunkVerification.Verified.class);
        body.position(chunks.firstChunk() * CHUNK).put(plain);
      }
    }
    return body.array();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
