package dev.fugitive.cache.content;

import dev.fugitive.cache.content.ChunkVerification.Corrupt;
import dev.fugitive.cache.content.ChunkVerification.Verified;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import okio.ByteString;

/**
 * The whole tree over a content's leaf hashes: it defines the root, proves any range of chunks, and
 * checks chunks without a proof. Costs 64 bytes of memory a chunk.
 */
public final class MerkleTree {
  private final ContentId id;

  /** For each layer its nodes side by side, padding left out; never written after construction. */
  private final byte[][] layers;

  private MerkleTree(ContentId id, byte[][] layers) {
    this.id = id;
    this.layers = layers;
  }

  /**
   * Builds the tree of a content.
   *
   * @param leafHashes the SHA-256 of each chunk, side by side
   */
  public static MerkleTree of(long length, ByteBuffer leafHashes) {
    int chunkCount = TreeLayout.chunkCount(length);
    if (leafHashes.remaining() != chunkCount * Sha256.BYTES) {
      throw new IllegalArgumentException(
          "leaf hash bytes: %d (expected: %d)"
              .formatted(leafHashes.remaining(), chunkCount * Sha256.BYTES));
    }
    if (chunkCount == 0) {
      return new MerkleTree(ContentId.EMPTY, new byte[][] {{}});
    }
    byte[] leaves = new byte[leafHashes.remaining()];
    leafHashes.duplicate().get(leaves);
    byte[][] layers = build(chunkCount, leaves);
    return new MerkleTree(new ContentId(ByteString.of(layers[layers.length - 1]), length), layers);
  }

  private static byte[][] build(int chunkCount, byte[] leaves) {
    Sha256 hash = new Sha256();
    byte[][] layers = new byte[TreeLayout.depth(chunkCount) + 1][];
    layers[0] = leaves;
    for (int layer = 1; layer < layers.length; layer++) {
      layers[layer] = parents(hash, layers[layer - 1], layer - 1);
    }
    return layers;
  }

  private static byte[] parents(Sha256 hash, byte[] below, int layer) {
    int pairs = (below.length / Sha256.BYTES + 1) / 2;
    byte[] above = new byte[pairs * Sha256.BYTES];
    for (int i = 0; i < pairs; i++) {
      int left = 2 * i * Sha256.BYTES;
      int right = left + Sha256.BYTES;
      if (right < below.length) {
        hash.parent(below, left, below, right, above, i * Sha256.BYTES);
      } else {
        hash.parent(below, left, Sha256.paddingNode(layer), 0, above, i * Sha256.BYTES);
      }
    }
    return above;
  }

  /** The content that the tree defines. */
  public ContentId id() {
    return id;
  }

  /** The SHA-256 of each chunk, side by side; read-only. */
  public ByteBuffer leafHashes() {
    return ByteBuffer.wrap(layers[0]).asReadOnlyBuffer();
  }

  void rememberIn(NodeTable table) {
    for (int layer = 0; layer < layers.length; layer++) {
      for (int at = 0; at < layers[layer].length; at += Sha256.BYTES) {
        table.put(
            layer, at / Sha256.BYTES, Arrays.copyOfRange(layers[layer], at, at + Sha256.BYTES));
      }
    }
  }

  /** The hashes that prove these chunks. */
  public MerkleProof proof(int firstChunk, int chunkCount) {
    List<ByteString> hashes = new ArrayList<>();
    for (TreeLayout.Node node : TreeLayout.proofNodes(id.chunkCount(), firstChunk, chunkCount)) {
      hashes.add(ByteString.of(layers[node.layer()], node.index() * Sha256.BYTES, Sha256.BYTES));
    }
    return new MerkleProof(firstChunk, chunkCount, hashes);
  }

  /** Whether consecutive chunks are the content's. */
  public boolean matches(int firstChunk, ByteBuffer chunks) {
    return firstMismatch(firstChunk, chunks) < 0;
  }

  /** The first of consecutive chunks whose bytes are not the content's, or -1. */
  public int firstMismatch(int firstChunk, ByteBuffer chunks) {
    Sha256 hash = new Sha256();
    byte[] leaf = new byte[Sha256.BYTES];
    ByteBuffer rest = chunks.duplicate();
    for (int index = firstChunk; rest.hasRemaining(); index++) {
      hash.update(LeafHashing.next(rest, Math.min(rest.remaining(), ContentId.CHUNK_BYTES)));
      hash.finish(leaf, 0);
      if (index >= id.chunkCount() || !isLeaf(index, leaf)) {
        return index;
      }
    }
    return -1;
  }

  private boolean isLeaf(int index, byte[] leaf) {
    int at = index * Sha256.BYTES;
    return Arrays.equals(layers[0], at, at + Sha256.BYTES, leaf, 0, Sha256.BYTES);
  }

  /** Checks consecutive chunks of the content that this tree defines. */
  public ChunkVerification verify(int firstChunk, int chunkCount, ByteBuffer payload) {
    id.checkRange(firstChunk, chunkCount);
    if (payload.remaining() != id.rangeLength(firstChunk, chunkCount)) {
      return LeafHashing.wrongLength(id, firstChunk, chunkCount, payload);
    }
    LeafHashing frame = LeafHashing.of(payload);
    for (int i = 0; i < chunkCount; i++) {
      if (!isLeaf(firstChunk + i, frame.leaf(i))) {
        return new Corrupt("chunk " + (firstChunk + i) + " of " + id + " hashes to another leaf");
      }
    }
    return new Verified(frame.mint(id, firstChunk));
  }
}
