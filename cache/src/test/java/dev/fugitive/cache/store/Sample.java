package dev.fugitive.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ChunkVerification.Verified;
import dev.fugitive.cache.content.ContentHasher;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.content.HashedContent;
import dev.fugitive.cache.content.MerkleTree;
import dev.fugitive.cache.content.PartialTree;
import dev.fugitive.cache.content.VerifiedChunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import okio.Buffer;
import okio.ByteString;
import okio.Okio;
import okio.Source;

/** A body that looks random and is the same in every run, with its tree. */
final class Sample {
  final byte[] body;
  final MerkleTree tree;
  final ContentId id;
  final Digest sha256;

  Sample(int length, long seed) {
    body = new byte[length];
    new SplittableRandom(seed).nextBytes(body);
    tree = ContentHasher.hash(ByteBuffer.wrap(body)).tree();
    id = tree.id();
    sha256 = new Digest(Digest.Algorithm.SHA_256, ByteString.of(body).sha256());
  }

  Sample(int length) {
    this(length, length);
  }

  ByteBuffer payload(int first, int count) {
    int start = first * ContentId.CHUNK_BYTES;
    return ByteBuffer.wrap(body).slice(start, (int) id.rangeLength(first, count));
  }

  /** Chunks as a peer sends them, verified. */
  List<VerifiedChunk> verified(PartialTree partial, int first, int count) {
    return ((Verified)
            partial.verify(first, count, payload(first, count), tree.proof(first, count).hashes()))
        .chunks();
  }

  VerifiedChunk chunk(PartialTree partial, int index) {
    return verified(partial, index, 1).getFirst();
  }

  /** Stores the body as an origin sends it. */
  HashedContent store(ContentStore store) throws IOException {
    try (OrderedFill fill = store.fillInOrder(body.length)) {
      fill.write(new Buffer().write(body));
      return fill.finish().orElseThrow();
    }
  }

  /** Puts every chunk from an index until another. */
  void put(ChunkFill fill, int from, int until) throws IOException {
    for (int index = from; index < until; index++) {
      fill.put(chunk(fill.tree(), index), Provenance.TIER1);
    }
  }

  /** Reads the whole body through a handle, and checks it. */
  void checkHeld(ContentStore store) throws IOException {
    ByteTally tally = new ByteTally();
    try (HeldContent held = store.open(id).orElseThrow()) {
      try (Source source = held.source(0, body.length, tally)) {
        assertThat(bytes(source)).isEqualTo(ByteString.of(body));
      }
      assertThat(tally.total()).isEqualTo(body.length);
      assertThat(held.chunks().isComplete(id.chunkCount())).isTrue();
    }
  }

  static ByteString bytes(Source source) throws IOException {
    return Okio.buffer(source).readByteString();
  }
}
