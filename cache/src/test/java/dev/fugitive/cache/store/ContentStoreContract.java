package dev.fugitive.cache.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ChunkVerification;
import dev.fugitive.cache.content.ChunkVerification.Verified;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.content.HashedContent;
import dev.fugitive.cache.content.PartialTree;
import dev.fugitive.cache.content.VerifiedChunk;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import okio.Buffer;
import okio.ByteString;
import okio.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every content store promises; run over memory and over disk. */
@Timeout(60)
abstract class ContentStoreContract {
  static final long LIMIT = 32 * 1024 * 1024;

  final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  final List<String> heard = Collections.synchronizedList(new ArrayList<>());
  Shelf store;

  /** A store that holds at most so many bytes. */
  abstract Shelf open(long limitBytes) throws IOException;

  /** Fails where something was left open. */
  abstract void checkNothingLeaked() throws IOException;

  @BeforeEach
  void openStore() throws IOException {
    store = open(LIMIT);
    listen();
  }

  void use(long limitBytes) throws IOException {
    store.close();
    store = open(limitBytes);
    listen();
  }

  private void listen() {
    store.addListener(
        new ContentListener() {
          @Override
          public void onAdded(ContentId id) {
            heard.add("added " + id);
          }

          @Override
          public void onRemoved(ContentId id, RemovalCause cause) {
            heard.add(cause + " " + id);
          }
        });
  }

  @AfterEach
  void nothingLeaks() throws Exception {
    threads.shutdown();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(store.openHandles()).isZero();
    checkNothingLeaked();
    store.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16_383, 16_384, 16_385, 1_048_576, 1_048_577, 3_000_000})
  void whatWasWrittenInOrderIsReadBack(int length) throws IOException {
    Sample sample = new Sample(length);
    HashedContent hashed = sample.store(store);
    assertThat(hashed.id()).isEqualTo(sample.id);
    sample.checkHeld(store);
    assertThat(store.find(sample.sha256)).contains(sample.id);
    assertThat(store.digests(sample.id)).containsExactly(sample.sha256);
    assertThat(store.ids()).containsExactly(sample.id);
    assertThat(heard).containsExactly("added " + sample.id);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16_383, 16_384, 16_385, 3_000_000})
  void whatWasPutInAnyOrderIsReadBack(int length) throws IOException {
    Sample sample = new Sample(length);
    try (ChunkFill fill = store.fillByChunks(sample.id)) {
      List<Integer> order = new ArrayList<>(ChunkSet.all(sample.id).stream().boxed().toList());
      Collections.shuffle(order, new Random(length));
      for (int index : order) {
        assertThat(fill.put(sample.chunk(fill.tree(), index), Provenance.TIER1)).isTrue();
      }
    }
    sample.checkHeld(store);
    assertThat(store.digests(sample.id)).containsExactly(sample.sha256);
    assertThat(store.find(sample.sha256)).contains(sample.id);
  }

  @Test
  void anyRangeIsReadAndProven() throws IOException {
    Sample sample = new Sample(2_500_000);
    sample.store(store);
    Random random = new Random(7);
    try (HeldContent held = store.open(sample.id).orElseThrow()) {
      for (int i = 0; i < 200; i++) {
        int first = random.nextInt(sample.id.chunkCount());
        int count = Math.min(1 + random.nextInt(6), sample.id.chunkCount() - first);
        assertThat(held.read(first, count)).isEqualTo(sample.payload(first, count));
        assertThat(held.read(first, count).isReadOnly()).isTrue();
        assertThat(held.proof(first, count)).isEqualTo(sample.tree.proof(first, count));
      }
      assertThatThrownBy(() -> held.read(sample.id.chunkCount() - 1, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void anyByteRangeIsRead() throws IOException {
    Sample sample = new Sample(2_500_000);
    sample.store(store);
    Random random = new Random(8);
    try (HeldContent held = store.open(sample.id).orElseThrow()) {
      for (int i = 0; i < 50; i++) {
        int from = random.nextInt(sample.body.length);
        int until = from + random.nextInt(sample.body.length - from);
        try (Source source = held.source(from, until, new ByteTally())) {
          assertThat(Sample.bytes(source))
              .isEqualTo(ByteString.of(sample.body, from, until - from));
        }
      }
      assertThatThrownBy(() -> held.source(0, 2_500_001, new ByteTally()))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void whatIsInMemoryIsGivenWithoutWaitingAndOutlivesItsContent() throws IOException {
    Sample sample = new Sample(1_500_000);
    sample.store(store);
    try (HeldContent held = store.open(sample.id).orElseThrow();
        Source source = held.source(0, sample.body.length, new ByteTally())) {
      assertThat(Sample.bytes(source)).isEqualTo(ByteString.of(sample.body));
    }
    Random random = new Random(9);
    for (int i = 0; i < 50; i++) {
      int from = random.nextInt(sample.body.length);
      int until = from + random.nextInt(sample.body.length - from);
      assertThat(joined(store.inMemory(sample.id, from, until).orElseThrow()))
          .isEqualTo(ByteString.of(sample.body, from, until - from));
    }
    List<ByteBuffer> all = store.inMemory(sample.id, 0, sample.body.length).orElseThrow();
    store.remove(sample.id);
    assertThat(joined(all)).isEqualTo(ByteString.of(sample.body));
    assertThat(all).allMatch(ByteBuffer::isReadOnly);
    assertThat(store.inMemory(sample.id, 0, 1)).isEmpty();
  }

  private static ByteString joined(List<ByteBuffer> parts) {
    Buffer joined = new Buffer();
    parts.forEach(part -> joined.write(ByteString.of(part)));
    return joined.readByteString();
  }

  @Test
  void digestsThatWereAskedForAreKnown() throws IOException {
    Sample sample = new Sample(100_000);
    Digest sha512 = new Digest(Digest.Algorithm.SHA_512, ByteString.of(sample.body).sha512());
    try (OrderedFill fill = store.fillInOrder(-1, Set.of(Digest.Algorithm.SHA_512))) {
      fill.write(new Buffer().write(sample.body));
      assertThat(fill.finish().orElseThrow().digests())
          .containsExactlyInAnyOrder(sample.sha256, sha512);
    }
    assertThat(store.find(sha512)).contains(sample.id);
  }

  @Test
  void aSourceOutlivesItsHandle() throws IOException {
    Sample sample = new Sample(500_000);
    sample.store(store);
    HeldContent held = store.open(sample.id).orElseThrow();
    try (Source source = held.source(0, sample.body.length, new ByteTally())) {
      held.close();
      store.remove(sample.id);
      assertThat(Sample.bytes(source)).isEqualTo(ByteString.of(sample.body));
    }
    assertThat(store.open(sample.id)).isEmpty();
    assertThat(store.find(sample.sha256)).isEmpty();
    assertThat(store.status().contents()).isZero();
    assertThat(heard).containsExactly("added " + sample.id, "REMOVED " + sample.id);
  }

  @Test
  void theSameContentTwiceIsStoredOnce() throws IOException {
    Sample sample = new Sample(300_000);
    sample.store(store);
    StoreStatus once = store.status();
    assertThat(sample.store(store).id()).isEqualTo(sample.id);
    assertThat(store.status()).isEqualTo(once);
    try (ChunkFill fill = store.fillByChunks(sample.id)) {
      assertThat(fill.chunks()).isEqualTo(ChunkSet.all(sample.id));
      assertThat(fill.put(sample.chunk(fill.tree(), 3), Provenance.TIER1)).isFalse();
    }
    assertThat(heard).containsExactly("added " + sample.id);
  }

  @Test
  void whatIsRemovedCanBeStoredAgainWhileTheOldCopyIsRead() throws IOException {
    Sample sample = new Sample(300_000);
    sample.store(store);
    try (HeldContent old = store.open(sample.id).orElseThrow()) {
      store.remove(sample.id);
      sample.store(store);
      assertThat(old.read(0, 19)).isEqualTo(sample.payload(0, 19));
    }
    sample.checkHeld(store);
  }

  @Test
  void theLimitHoldsAndWhatNobodyAsksForGoes() throws IOException {
    use(2_000_000);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Sample sample = new Sample(100_000 + i);
      samples.add(sample);
      sample.store(store);
      samples.getFirst().checkHeld(store);
      assertThat(usedBytes()).isBetween(100_000L, 2_000_000L);
      assertThat(store.ids()).contains(sample.id);
    }
    assertThat(store.status().evictedContents()).isBetween(20L, 25L);
    assertThat(store.ids()).hasSize((int) store.status().contents());
    assertThat(heard).contains("EVICTED " + samples.get(1).id);
  }

  @Test
  void whatIsOpenIsNotEvicted() throws IOException {
    use(2_000_000);
    Sample pinned = new Sample(300_000);
    pinned.store(store);
    try (HeldContent held = store.open(pinned.id).orElseThrow()) {
      for (int i = 1; i < 50; i++) {
        new Sample(100_000 + i).store(store);
      }
      assertThat(held.read(10, 4)).isEqualTo(pinned.payload(10, 4));
    }
    assertThat(store.ids()).contains(pinned.id);
  }

  @Test
  void aContentLargerThanTheLimitIsRefusedAtOnce() {
    assertThatThrownBy(() -> store.fillInOrder(LIMIT)).isInstanceOf(StoreFullException.class);
    ContentId large = new ContentId(ByteString.encodeUtf8("x").sha256(), LIMIT);
    assertThatThrownBy(() -> store.fillByChunks(large)).isInstanceOf(StoreFullException.class);
  }

  @Test
  void aBodyThatOutgrowsTheStoreIsPassedOnAndNotStored() throws Exception {
    use(4 * 1024 * 1024);
    Sample sample = new Sample(12_000_000);
    try (OrderedFill fill = store.fillInOrder(-1)) {
      Future<ByteString> read = read(fill.source(new ByteTally(), Provenance.ORIGIN).orElseThrow());
      fill.write(new Buffer().write(sample.body));
      assertThat(fill.source(new ByteTally(), Provenance.ORIGIN)).isEmpty();
      assertThat(fill.finish()).isEmpty();
      assertThat(read.get()).isEqualTo(ByteString.of(sample.body));
    }
    assertThat(store.status().contents()).isZero();
    assertThat(store.status().memoryBytes() + store.status().diskBytes()).isZero();
  }

  @Test
  void manyReadersFollowOneWriter() throws Exception {
    Sample sample = new Sample(9_000_000);
    try (OrderedFill fill = store.fillInOrder(sample.body.length)) {
      List<Future<ByteString>> readers = new ArrayList<>();
      Buffer body = new Buffer().write(sample.body);
      while (!body.exhausted()) {
        if (readers.size() < 8) {
          readers.add(read(fill.source(new ByteTally(), Provenance.ORIGIN).orElseThrow()));
        }
        Buffer piece = new Buffer();
        piece.write(body, Math.min(body.size(), 100_000));
        fill.write(piece);
      }
      assertThat(fill.finish().orElseThrow().id()).isEqualTo(sample.id);
      for (Future<ByteString> reader : readers) {
        assertThat(reader.get()).isEqualTo(ByteString.of(sample.body));
      }
    }
  }

  @Test
  void aStragglerReadsWhatHasLeftTheWindow() throws Exception {
    Sample sample = new Sample(12_000_000);
    try (OrderedFill fill = store.fillInOrder(sample.body.length)) {
      Source straggler = fill.source(new ByteTally(), Provenance.ORIGIN).orElseThrow();
      Future<ByteString> fast = read(fill.source(new ByteTally(), Provenance.ORIGIN).orElseThrow());
      fill.write(new Buffer().write(sample.body));
      assertThat(fill.finish()).isPresent();
      assertThat(Sample.bytes(straggler)).isEqualTo(ByteString.of(sample.body));
      straggler.close();
      assertThat(fast.get()).isEqualTo(ByteString.of(sample.body));
    }
  }

  @Test
  void theWriterWaitsForTheFastestReader() throws Exception {
    Sample sample = new Sample(6_000_000);
    try (OrderedFill fill = store.fillInOrder(sample.body.length)) {
      Source reader = fill.source(new ByteTally(), Provenance.ORIGIN).orElseThrow();
      Future<?> writer =
          threads.submit(() -> {
            fill.write(new Buffer().write(sample.body));
            return fill.finish();
          });
      Buffer first = new Buffer();
      while (first.size() < 1_000_000) {
        assertThat(reader.read(first, 8192)).isPositive();
        assertThat(fill.length())
            .isLessThanOrEqualTo(first.size() + StreamFill.WINDOW_BYTES + 65_536);
      }
      Buffer rest = new Buffer();
      rest.writeAll(reader);
      reader.close();
      writer.get();
      assertThat(first.size() + rest.size()).isEqualTo(sample.body.length);
    }
  }

  @Test
  void aWriterWhoseReadersHaveGoneIsStopped() throws Exception {
    try (OrderedFill fill = store.fillInOrder(20_000_000)) {
      fill.source(new ByteTally(), Provenance.ORIGIN).orElseThrow().close();
      assertThatThrownBy(() -> fill.write(new Buffer().writeUtf8("x")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("every reader has gone");
    }
    assertThat(store.status().contents()).isZero();
  }

  @Test
  void aSmallRemainderIsFetchedWithoutReaders() throws Exception {
    Sample sample = new Sample(700_000);
    try (OrderedFill fill = store.fillInOrder(sample.body.length)) {
      fill.source(new ByteTally(), Provenance.ORIGIN).orElseThrow().close();
      fill.write(new Buffer().write(sample.body));
      assertThat(fill.finish()).isPresent();
    }
    sample.checkHeld(store);
  }

  @Test
  void readersGetWhatCameBeforeAFailureAndThenTheFailure() throws Exception {
    try (OrderedFill fill = store.fillInOrder(-1)) {
      Source reader = fill.source(new ByteTally(), Provenance.ORIGIN).orElseThrow();
      fill.write(new Buffer().writeUtf8("hello"));
      fill.fail(new IOException("origin reset"));
      Buffer got = new Buffer();
      assertThat(reader.read(got, 100)).isEqualTo(5);
      assertThatThrownBy(() -> reader.read(got, 100)).hasMessage("origin reset");
      reader.close();
      assertThatThrownBy(fill::finish).hasRootCauseMessage("origin reset");
    }
    assertThat(store.ids()).isEmpty();
  }

  @Test
  void aFillThatIsClosedUnfinishedLeavesNothing() throws Exception {
    try (OrderedFill fill = store.fillInOrder(-1)) {
      fill.write(new Buffer().write(new byte[2_000_000]));
    }
    StoreStatus status = store.status();
    assertThat(status.contents()).isZero();
    assertThat(status.diskBytes() + status.memoryBytes()).isZero();
  }

  @Test
  void waitingReadersHonourTimeoutsAndInterrupts() throws Exception {
    Sample sample = new Sample(100_000);
    try (OrderedFill stream = store.fillInOrder(-1);
        ChunkFill chunks = store.fillByChunks(sample.id)) {
      for (Source source :
          List.of(
              stream.source(new ByteTally(), Provenance.ORIGIN).orElseThrow(),
              chunks.source(0, 100_000, new ByteTally()))) {
        source.timeout().timeout(1, TimeUnit.MILLISECONDS);
        assertThatThrownBy(() -> source.read(new Buffer(), 1))
            .isInstanceOf(InterruptedIOException.class);
        source.timeout().clearTimeout();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> source.read(new Buffer(), 1))
            .isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        source.close();
      }
    }
  }

  @Test
  void aReaderFollowsChunksThatComeInAnyOrder() throws Exception {
    Sample sample = new Sample(2_000_000);
    ByteTally tally = new ByteTally();
    try (ChunkFill fill = store.fillByChunks(sample.id)) {
      Future<ByteString> read = read(fill.source(10, 1_999_990, tally));
      int half = sample.id.chunkCount() / 2;
      sample.put(fill, half, sample.id.chunkCount());
      assertThat(fill.chunks()).isEqualTo(ChunkSet.range(half, sample.id.chunkCount()));
      sample.put(fill, 0, half);
      assertThat(read.get()).isEqualTo(ByteString.of(sample.body, 10, 1_999_980));
      assertThat(tally.bytes(Provenance.TIER1)).isEqualTo(1_999_980);
    }
    sample.checkHeld(store);
  }

  @Test
  void partsOfAnUnfinishedContentAreReadAndProven() throws Exception {
    Sample sample = new Sample(1_000_000);
    try (ChunkFill fill = store.fillByChunks(sample.id)) {
      sample.verified(fill.tree(), 20, 4).forEach(chunk -> putQuietly(fill, chunk));
      try (HeldContent held = store.open(sample.id).orElseThrow()) {
        assertThat(held.chunks()).isEqualTo(ChunkSet.range(20, 24));
        assertThat(held.read(21, 3)).isEqualTo(sample.payload(21, 3));
        assertThat(held.proof(21, 3)).isEqualTo(sample.tree.proof(21, 3));
        assertThatThrownBy(() -> held.read(23, 2)).hasMessageContaining("chunk 24");
        assertThatThrownBy(() -> held.proof(30, 1)).isInstanceOf(IOException.class);
      }
    }
    assertThat(store.open(sample.id)).isEmpty();
    assertThat(store.status().memoryBytes() + store.status().diskBytes()).isZero();
  }

  @Test
  void fillsOfTheSameContentAreJoined() throws Exception {
    Sample sample = new Sample(1_000_000);
    try (ChunkFill one = store.fillByChunks(sample.id);
        ChunkFill other = store.fillByChunks(sample.id)) {
      sample.put(one, 0, 30);
      assertThat(other.chunks()).isEqualTo(ChunkSet.range(0, 30));
      assertThat(other.tree()).isSameAs(one.tree());
      sample.put(other, 30, sample.id.chunkCount());
    }
    sample.checkHeld(store);
    assertThat(heard).containsExactly("added " + sample.id);
  }

  @Test
  void aChunkOfAnotherContentIsRefused() throws Exception {
    Sample sample = new Sample(100_000);
    Sample other = new Sample(100_001);
    try (ChunkFill fill = store.fillByChunks(sample.id)) {
      assertThatThrownBy(
              () -> fill.put(other.chunk(new PartialTree(other.id), 0), Provenance.TIER1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** The origin's chunks are believed until the tree can check them, and never stored unchecked. */
  @Test
  void whatTheOriginSentOfAnotherContentIsNotStored() throws Exception {
    Sample sample = new Sample(100_000);
    Sample other = new Sample(100_000, 4711);
    try (ChunkFill fill = store.fillByChunks(sample.id)) {
      for (int index = 0; index < sample.id.chunkCount(); index++) {
        ChunkVerification taken = fill.tree().acceptFromOrigin(index, other.payload(index, 1));
        VerifiedChunk chunk =
            taken instanceof Verified verified
                ? verified.chunks().getFirst()
                : sample.chunk(new PartialTree(sample.id), index);
        fill.put(chunk, Provenance.ORIGIN);
      }
    }
    assertThat(store.ids()).isEmpty();
  }

  @Test
  void demandIsTheFirstByteThatSomebodyWants() throws Exception {
    Sample sample = new Sample(100_000);
    List<Long> demands = Collections.synchronizedList(new ArrayList<>());
    try (ChunkFill fill = store.fillByChunks(sample.id)) {
      fill.setDemandListener(() -> demands.add(fill.demand()));
      assertThat(fill.demand()).isEqualTo(100_000);
      Source late = fill.source(50_000, 100_000, new ByteTally());
      Source early = fill.source(20_000, 100_000, new ByteTally());
      assertThat(fill.demand()).isEqualTo(20_000);
      assertThat(fill.readers()).isEqualTo(2);
      sample.put(fill, 1, 2);
      while (fill.demand() < 32_768) {
        early.read(new Buffer(), 5_000);
      }
      early.close();
      assertThat(fill.demand()).isEqualTo(50_000);
      late.close();
    }
    assertThat(demands).startsWith(50_000L, 20_000L, 32_768L, 50_000L, 100_000L);
  }

  @Test
  void aFailedFillWakesItsReadersAndIsForgotten() throws Exception {
    Sample sample = new Sample(100_000);
    try (ChunkFill fill = store.fillByChunks(sample.id)) {
      Future<ByteString> read = read(fill.source(0, 100_000, new ByteTally()));
      sample.put(fill, 0, 2);
      fill.fail(new IOException("no source is left"));
      assertThatThrownBy(read::get).hasMessageContaining("no source is left");
      assertThatThrownBy(() -> sample.put(fill, 2, 3)).hasMessage("no source is left");
    }
    assertThat(store.open(sample.id)).isEmpty();
    assertThat(store.status().memoryBytes() + store.status().diskBytes()).isZero();
    try (ChunkFill again = store.fillByChunks(sample.id)) {
      sample.put(again, 0, sample.id.chunkCount());
    }
    sample.checkHeld(store);
  }

  @Test
  void whatAnOriginSentIsReadByItsOwnReadersUntilItIsProven() throws Exception {
    Sample sample = new Sample(100_000);
    try (ChunkFill one = store.fillByChunks(sample.id);
        ChunkFill other = store.fillByChunks(sample.id);
        HeldContent held = store.open(sample.id).orElseThrow()) {
      var taken = (Verified) one.tree().acceptFromOrigin(1, sample.payload(1, 1));
      one.put(taken.chunks().getFirst(), Provenance.ORIGIN);
      assertThat(one.chunks()).isEqualTo(ChunkSet.range(1, 2));
      assertThat(one.read(1, 1)).isEqualTo(sample.payload(1, 1));
      assertThat(other.chunks().isEmpty()).isTrue();
      assertThatThrownBy(() -> held.read(1, 1)).hasMessageContaining("chunk 1");
      Source reader =
          other.source(ContentId.CHUNK_BYTES, 2 * ContentId.CHUNK_BYTES, new ByteTally());
      reader.timeout().timeout(1, TimeUnit.MILLISECONDS);
      assertThatThrownBy(() -> reader.read(new Buffer(), 1))
          .isInstanceOf(InterruptedIOException.class);
      reader.timeout().clearTimeout();
      Future<ByteString> read = read(reader);
      sample.put(other, 1, 2);
      assertThat(read.get()).isEqualTo(ByteString.of(sample.payload(1, 1)));
      assertThat(held.read(1, 1)).isEqualTo(sample.payload(1, 1));
    }
  }

  @Test
  void originsThatSendTheSameChunkAreBothReadAndThoseThatDifferAreFound() throws Exception {
    Sample sample = new Sample(100_000);
    Sample wrong = new Sample(100_000, 4711);
    try (ChunkFill one = store.fillByChunks(sample.id);
        ChunkFill other = store.fillByChunks(sample.id)) {
      for (ChunkFill fill : List.of(one, other)) {
        var taken = (Verified) fill.tree().acceptFromOrigin(1, sample.payload(1, 1));
        fill.put(taken.chunks().getFirst(), Provenance.ORIGIN);
        assertThat(fill.read(1, 1)).isEqualTo(sample.payload(1, 1));
      }
      assertThat(other.tree().acceptFromOrigin(1, wrong.payload(1, 1)))
          .isInstanceOf(ChunkVerification.Corrupt.class);
    }
  }

  @Test
  void oneFillThatGivesUpFailsItsOwnReadersAlone() throws Exception {
    Sample sample = new Sample(100_000);
    try (ChunkFill broken = store.fillByChunks(sample.id);
        ChunkFill healthy = store.fillByChunks(sample.id)) {
      Source failing = broken.source(0, 100_000, new ByteTally());
      Future<ByteString> failed = read(failing);
      Future<ByteString> good = read(healthy.source(0, 100_000, new ByteTally()));
      sample.put(broken, 0, 2);
      broken.fail(new IOException("no source is left"));
      assertThatThrownBy(failed::get).hasMessageContaining("no source is left");
      assertThatThrownBy(() -> sample.put(broken, 2, 3)).hasMessage("no source is left");
      assertThat(healthy.readers()).isEqualTo(1);
      sample.put(healthy, 2, sample.id.chunkCount());
      assertThat(good.get()).isEqualTo(ByteString.of(sample.body));
    }
    sample.checkHeld(store);
  }

  @Test
  void theLastFillThatGivesUpFailsEverybody() throws Exception {
    Sample sample = new Sample(100_000);
    try (ChunkFill one = store.fillByChunks(sample.id);
        ChunkFill other = store.fillByChunks(sample.id)) {
      Future<ByteString> read;
      try (ChunkFill third = store.fillByChunks(sample.id)) {
        read = read(third.source(0, 100_000, new ByteTally()));
      }
      one.fail(new IOException("one is broken"));
      assertThat(store.open(sample.id)).hasValueSatisfying(HeldContent::close);
      other.fail(new IOException("the other is broken"));
      assertThatThrownBy(read::get).hasMessageContaining("the other is broken");
    }
    assertThat(store.open(sample.id)).isEmpty();
  }

  @Test
  void concurrentFillsAndReadsKeepTheLimitAndTheBytes() throws Exception {
    use(6 * 1024 * 1024);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      samples.add(new Sample(200_000 + 90_000 * i));
    }
    List<Future<?>> work = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      Random random = new Random(thread);
      work.add(threads.submit(() -> useAtRandom(samples, random)));
    }
    for (Future<?> done : work) {
      done.get();
    }
    StoreStatus status = store.status();
    assertThat(status.contents()).isEqualTo(store.ids().size()).isPositive();
  }

  private Optional<IOException> useAtRandom(List<Sample> samples, Random random)
      throws IOException {
    for (int round = 0; round < 40; round++) {
      Sample sample = samples.get(random.nextInt(samples.size()));
      try {
        switch (random.nextInt(4)) {
          case 0 -> storeInOrder(sample);
          case 1 -> {
            try (ChunkFill fill = store.fillByChunks(sample.id)) {
              sample.put(fill, 0, sample.id.chunkCount());
            }
          }
          case 2 -> store.remove(sample.id);
          default -> readSomething(sample, random);
        }
      } catch (IOException e) {
        assertThat(e).hasStackTraceContaining("wanted (expected: at most 6291456)");
      }
      assertThat(usedBytes()).isLessThanOrEqualTo(6 * 1024 * 1024);
    }
    return Optional.empty();
  }

  private void storeInOrder(Sample sample) throws IOException {
    try (OrderedFill fill = store.fillInOrder(sample.body.length)) {
      fill.write(new Buffer().write(sample.body));
      fill.finish();
    }
  }

  private void readSomething(Sample sample, Random random) throws IOException {
    Optional<HeldContent> open = store.open(sample.id);
    if (open.isEmpty()) {
      return;
    }
    try (HeldContent held = open.get()) {
      int index = held.chunks().nextSet(random.nextInt(sample.id.chunkCount()));
      if (index >= 0) {
        assertThat(held.read(index, 1)).isEqualTo(sample.payload(index, 1));
      }
    }
  }

  /** The bytes that the store's own limit is about. */
  private long usedBytes() {
    StoreStatus status = store.status();
    return status.diskLimitBytes() > 0 ? status.diskBytes() : status.memoryBytes();
  }

  Future<ByteString> read(Source source) {
    return threads.submit(() -> {
      try (source) {
        return Sample.bytes(source);
      }
    });
  }

  private static void putQuietly(ChunkFill fill, VerifiedChunk chunk) {
    try {
      fill.put(chunk, Provenance.TIER1);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
