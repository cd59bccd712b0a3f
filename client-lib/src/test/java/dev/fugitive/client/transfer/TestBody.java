package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ContentHasher;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.MerkleTree;
import dev.fugitive.client.wire.PeerMessage.Chunks;
import dev.fugitive.client.wire.PeerMessage.Encoding;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import okio.Buffer;
import okio.ByteString;

/** A body that looks random and is the same in every run, with the messages that carry it. */
final class TestBody {
  final byte[] bytes;
  final MerkleTree tree;
  final ContentId id;

  TestBody(byte[] bytes) {
    this.bytes = bytes;
    tree = ContentHasher.hash(ByteBuffer.wrap(bytes)).tree();
    id = tree.id();
  }

  TestBody(int length) {
    this(random(length));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    return bytes;
  }

  ByteBuffer payload(int first, int count) {
    int start = first * ContentId.CHUNK_BYTES;
    return ByteBuffer.wrap(bytes).slice(start, (int) id.rangeLength(first, count));
  }

  Chunks chunks(int transferId, int first, int count) {
    return new Chunks(
        transferId,
        first,
        count,
        Encoding.PLAIN,
        tree.proof(first, count).hashes(),
        payload(first, count));
  }

  /** An origin that sends this body. */
  OriginRanges origin() {
    return (from, until) -> new Buffer().write(bytes, (int) from, (int) (until - from));
  }

  ByteString byteString() {
    return ByteString.of(bytes);
  }
}
