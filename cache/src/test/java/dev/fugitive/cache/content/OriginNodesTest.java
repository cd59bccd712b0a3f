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

/** What a partial tree makes of bytes that the origin sent without a proof. */
final class OriginNodesTest {
  @Property(tries = 100, seed = "2026")
  void chunksOfPeersAndOfTheOriginTogetherProveTheWholeContent(
      @ForAll @IntRange(min = 1, max = 900_000) int length, @ForAll long seed) {
    Body body = new Body(length, seed);
    PartialTree partial = new PartialTree(body.id);
    Random random = new Random(seed);
    for (int chunk : body.shuffled(random)) {
      ChunkVerification result =
          random.nextBoolean() ? body.fromPeer(partial, chunk) : body.fromOrigin(partial, chunk);
      assertThat(result).isInstanceOf(Verified.class);
      partial.checkInvariant();
    }
    assertThat(partial.originContradiction()).isEmpty();
    assertThat(partial.knownNodes()).isEqualTo(TreeLayout.nodeCount(body.id.chunkCount()));
  }

  @Property(tries = 100, seed = "2026")
  void anOriginThatSendsOneOtherBitIsFoundOutWithTheLastChunkAtTheLatest(
      @ForAll @IntRange(min = 1, max = 900_000) int length, @ForAll long seed) {
    Body body = new Body(length, seed);
    PartialTree partial = new PartialTree(body.id);
    Random random = new Random(seed);
    int wrong = random.nextInt(body.id.chunkCount());
    ChunkVerification last = new Corrupt("nothing was sent");
    for (int chunk : body.shuffled(random)) {
      if (chunk == wrong) {
        last = partial.acceptFromOrigin(chunk, body.flipped(chunk));
      } else {
        boolean peer = random.nextBoolean();
        last = peer ? body.fromPeer(partial, chunk) : body.fromOrigin(partial, chunk);
      }
      partial.checkInvariant();
    }
    assertThat(partial.originContradiction()).isPresent();
    assertThat(last instanceof Corrupt || partial.originContradiction().isPresent()).isTrue();
  }

  @Example
  void whatTheOriginSentIsProvenToOthersOnceItIsChecked() {
    Body body = new Body(4 * ContentId.CHUNK_BYTES, 1);
    PartialTree partial = new PartialTree(body.id);
    body.fromOrigin(partial, 0);
    assertThat(partial.proof(0, 1)).isEmpty();
    body.fromPeer(partial, 2);
    body.fromOrigin(partial, 1);
    assertThat(partial.proof(0, 1)).contains(body.tree.proof(0, 1));
  }

  @Example
  void aLeafThatIsKnownIsComparedAtOnce() {
    Body body = new Body(2 * ContentId.CHUNK_BYTES, 1);
    PartialTree partial = new PartialTree(body.id);
    body.fromPeer(partial, 0);
    assertThat(partial.acceptFromOrigin(1, body.flipped(1))).isInstanceOf(Corrupt.class);
    assertThat(body.fromOrigin(partial, 1)).isInstanceOf(Corrupt.class);
  }

  @Example
  void aPartOfAChunkIsRefused() {
    Body body = new Body(2 * ContentId.CHUNK_BYTES, 1);
    ByteBuffer part = body.payload(0).slice(0, 100);
    assertThat(new PartialTree(body.id).acceptFromOrigin(0, part)).isInstanceOf(Corrupt.class);
  }

  /** A body with its tree. */
  private static final class Body {
    private final byte[] bytes;
    private final MerkleTree tree;
    private final ContentId id;

    Body(int length, long seed) {
      bytes = new byte[length];
      new Random(seed).nextBytes(bytes);
      tree = ContentHasher.hash(ByteBuffer.wrap(bytes)).tree();
      id = tree.id();
    }

    List<Integer> shuffled(Random random) {
      List<Integer> chunks = new ArrayList<>();
      for (int chunk = 0; chunk < id.chunkCount(); chunk++) {
        chunks.add(chunk);
      }
      Collections.shuffle(chunks, random);
      return chunks;
    }

    ByteBuffer payload(int chunk) {
      return ByteBuffer.wrap(bytes).slice(chunk * ContentId.CHUNK_BYTES, id.chunkLength(chunk));
    }

    ByteBuffer flipped(int chunk) {
      byte[] copy = new byte[id.chunkLength(chunk)];
      payload(chunk).get(copy);
      copy[copy.length / 2] ^= 1;
      return ByteBuffer.wrap(copy);
    }

    ChunkVerification fromPeer(PartialTree partial, int chunk) {
      return partial.verify(chunk, 1, payload(chunk), tree.proof(chunk, 1).hashes());
    }

    ChunkVerification fromOrigin(PartialTree partial, int chunk) {
      return partial.acceptFromOrigin(chunk, payload(chunk));
    }
  }
}
