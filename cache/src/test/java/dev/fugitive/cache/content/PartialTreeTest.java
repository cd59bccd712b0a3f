package dev.fugitive.cache.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ChunkVerification.Corrupt;
import dev.fugitive.cache.content.ChunkVerification.Verified;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import okio.ByteString;

/** What a partial tree believes, and what it refuses. */
final class PartialTreeTest {
  @Property(tries = 60, seed = "2026")
  void framesInAnyOrderAreVerifiedAndFillTheTree(
      @ForAll @IntRange(min = 1, max = 900_000) int length,
      @ForAll @IntRange(min = 1, max = 4) int frameChunks,
      @ForAll long seed) {
    Sample sample = new Sample(length);
    List<Integer> starts = new ArrayList<>();
    for (int first = 0; first < sample.id.chunkCount(); first += frameChunks) {
      starts.add(first);
    }
    Collections.shuffle(starts, new Random(seed));
    PartialTree partial = new PartialTree(sample.id);
    for (int first : starts) {
      int count = Math.min(frameChunks, sample.id.chunkCount() - first);
      ChunkVerification result = sample.verify(partial, first, count);
      assertThat(result).isInstanceOf(Verified.class);
      partial.checkInvariant();
      for (VerifiedChunk chunk : ((Verified) result).chunks()) {
        assertThat(chunk.bytes()).isEqualTo(sample.payload(chunk.index(), 1));
        assertThat(chunk.contentId()).isEqualTo(sample.id);
      }
    }
    assertThat(partial.knownNodes()).isEqualTo(TreeLayout.nodeCount(sample.id.chunkCount()));
    int last = sample.id.chunkCount() - 1;
    assertThat(partial.proof(last, 1)).contains(sample.tree.proof(last, 1));
  }

  @Property(tries = 200, seed = "2026")
  void anyFlippedBitInTheChunksIsRejected(
      @ForAll @IntRange(min = 1, max = 300_000) int length,
      @ForAll @IntRange(max = 1 << 20) int at,
      @ForAll @IntRange(max = 7) int bit) {
    Sample sample = new Sample(length);
    int first = at % sample.id.chunkCount();
    int count = Math.min(3, sample.id.chunkCount() - first);
    PartialTree partial = new PartialTree(sample.id);
    byte[] payload = new byte[sample.payload(first, count).remaining()];
    sample.payload(first, count).get(payload);
    payload[at % payload.length] ^= (byte) (1 << bit);
    List<ByteString> hashes = sample.tree.proof(first, count).hashes();
    assertThat(partial.verify(first, count, ByteBuffer.wrap(payload), hashes))
        .isInstanceOf(Corrupt.class);
    assertThat(partial.knownNodes()).isEqualTo(1);
  }

  @Property(tries = 200, seed = "2026")
  void aFlippedBitInAnUncleIsRejected(
      @ForAll @IntRange(min = 16_385, max = 900_000) int length,
      @ForAll @IntRange(max = 1 << 20) int at,
      @ForAll boolean somethingIsKnown) {
    Sample sample = new Sample(length);
    int first = at % sample.id.chunkCount();
    PartialTree partial = new PartialTree(sample.id);
    if (somethingIsKnown) {
      sample.verify(partial, (first + 1) % sample.id.chunkCount(), 1);
    }
    int knownNodes = partial.knownNodes();
    List<ByteString> hashes = new ArrayList<>(sample.tree.proof(first, 1).hashes());
    byte[] uncle = hashes.get(at % hashes.size()).toByteArray();
    uncle[at % uncle.length] ^= 0x10;
    hashes.set(at % hashes.size(), ByteString.of(uncle));
    assertThat(partial.verify(first, 1, sample.payload(first, 1), hashes))
        .isInstanceOf(Corrupt.class);
    assertThat(partial.knownNodes()).isEqualTo(knownNodes);
    assertThat(sample.verify(partial, first, 1)).isInstanceOf(Verified.class);
  }

  @Example
  void aWrongNumberOfHashesOrBytesIsRejected() {
    Sample sample = new Sample(100_000);
    PartialTree partial = new PartialTree(sample.id);
    List<ByteString> hashes = sample.tree.proof(2, 1).hashes();
    assertThat(partial.verify(2, 1, sample.payload(2, 1), hashes.subList(1, hashes.size())))
        .isEqualTo(new Corrupt("proof hashes: 2 (expected: 3)"));
    assertThat(partial.verify(2, 1, sample.payload(2, 2), hashes)).isInstanceOf(Corrupt.class);
    assertThat(partial.verify(-1, 1, sample.payload(2, 1), hashes)).isInstanceOf(Corrupt.class);
    assertThat(partial.verify(Integer.MAX_VALUE, 2, sample.payload(2, 1), hashes))
        .isInstanceOf(Corrupt.class);
    List<ByteString> shortHashes = new ArrayList<>(hashes);
    shortHashes.set(1, ByteString.encodeUtf8("short"));
    assertThat(partial.verify(2, 1, sample.payload(2, 1), shortHashes))
        .isEqualTo(new Corrupt("proof hash bytes: 5 (expected: 32)"));
    assertThat(partial.verify(2, 1, sample.payload(2, 1), hashes)).isInstanceOf(Verified.class);
  }

  @Example
  void whatWasVerifiedDoesNotChangeWithTheSendersBuffer() {
    Sample sample = new Sample(10_000);
    byte[] payload = sample.body.clone();
    Verified verified =
        (Verified) new PartialTree(sample.id).verify(0, 1, ByteBuffer.wrap(payload), List.of());
    payload[0] ^= 1;
    VerifiedChunk chunk = verified.chunks().getFirst();
    assertThat(chunk.bytes()).isEqualTo(ByteBuffer.wrap(sample.body));
    assertThat(chunk.leafHash()).isEqualTo(sample.id.root());
    assertThat(chunk.bytes().isReadOnly()).isTrue();
  }

  @Example
  void theEmptyContentHasNothingToVerify() {
    assertThat(new PartialTree(ContentId.EMPTY).verify(0, 1, ByteBuffer.allocate(0), List.of()))
        .isInstanceOf(Corrupt.class);
  }

  @Property(tries = 100, seed = "2026")
  void theWholeTreeChecksChunksWithoutAProof(
      @ForAll @IntRange(min = 1, max = 200_000) int length, @ForAll @IntRange(max = 20) int at) {
    Sample sample = new Sample(length);
    int first = at % sample.id.chunkCount();
    assertThat(sample.tree.verify(first, 1, sample.payload(first, 1))).isInstanceOf(Verified.class);
    byte[] wrong = new byte[sample.payload(first, 1).remaining()];
    assertThat(sample.tree.verify(first, 1, ByteBuffer.wrap(wrong))).isInstanceOf(Corrupt.class);
  }

  /** A body with its tree. */
  private static final class Sample {
    private final byte[] body;
    private final MerkleTree tree;
    private final ContentId id;

    Sample(int length) {
      body = ReferenceTree.body(length, length);
      tree = ContentHasher.hash(ByteBuffer.wrap(body)).tree();
      id = tree.id();
    }

    ByteBuffer payload(int first, int count) {
      return ByteBuffer.wrap(body).slice(first * 16384, (int) id.rangeLength(first, count));
    }

    ChunkVerification verify(PartialTree partial, int first, int count) {
      return partial.verify(first, count, payload(first, count), tree.proof(first, count).hashes());
    }
  }
}
