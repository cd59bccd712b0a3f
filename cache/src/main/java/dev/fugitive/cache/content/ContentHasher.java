package dev.fugitive.cache.content;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import okio.ByteString;

/**
 * Hashes a body while it passes in order: its leaves, its flat SHA-256, and what else was asked
 * for.
 *
 * <p>One thread writes. Other threads may read the leaves of chunks whose completion they learned
 * of from that thread through a lock.
 */
public final class ContentHasher {
  private final Map<Digest.Algorithm, MessageDigest> flat = new EnumMap<>(Digest.Algorithm.class);
  private final Sha256 leaf = new Sha256();
  private volatile byte[] leaves = new byte[16 * Sha256.BYTES];
  private long length;

  /** Hashes for the id and SHA-256. */
  public ContentHasher() {
    this(Set.of());
  }

  /** Hashes for the id, SHA-256, and these; each further algorithm costs as much again. */
  public ContentHasher(Set<Digest.Algorithm> also) {
    flat.put(Digest.Algorithm.SHA_256, Sha256.instance(Digest.Algorithm.SHA_256.javaName()));
    for (Digest.Algorithm algorithm : also) {
      flat.computeIfAbsent(algorithm, a -> Sha256.instance(a.javaName()));
    }
  }

  /** Takes in the next bytes of the body; the buffer's position moves to its limit. */
  public void update(ByteBuffer bytes) {
    if (bytes.remaining() > ContentId.MAX_LENGTH - length) {
      throw new IllegalArgumentException(
          "content length: %d (expected: at most %d)"
              .formatted(length + bytes.remaining(), ContentId.MAX_LENGTH));
    }
    for (MessageDigest digest : flat.values()) {
      digest.update(bytes.duplicate());
    }
    while (bytes.hasRemaining()) {
      int missing = ContentId.CHUNK_BYTES - (int) (length % ContentId.CHUNK_BYTES);
      int taken = Math.min(missing, bytes.remaining());
      leaf.update(LeafHashing.next(bytes, taken));
      length += taken;
      if (taken == missing) {
        endLeaf();
      }
    }
  }

  /** Takes in the next bytes of the body. */
  public void update(byte[] bytes, int offset, int byteCount) {
    update(ByteBuffer.wrap(bytes, offset, byteCount));
  }

  private void endLeaf() {
    int at = (TreeLayout.chunkCount(length) - 1) * Sha256.BYTES;
    byte[] grown = leaves;
    if (at + Sha256.BYTES > grown.length) {
      grown = Arrays.copyOf(grown, grown.length * 2);
    }
    leaf.finish(grown, at);
    leaves = grown;
  }

  /** Bytes taken in so far. */
  public long length() {
    return length;
  }

  /** The SHA-256 of a chunk that is complete. */
  public ByteString leafHash(int index) {
    return ByteString.of(leaves, index * Sha256.BYTES, Sha256.BYTES);
  }

  /** The body is whole: its tree and its digests. To be called once. */
  public Finished finish() {
    if (length % ContentId.CHUNK_BYTES != 0) {
      endLeaf();
    }
    int leafBytes = TreeLayout.chunkCount(length) * Sha256.BYTES;
    MerkleTree tree = MerkleTree.of(length, ByteBuffer.wrap(leaves, 0, leafBytes));
    Set<Digest> digests = new HashSet<>();
    flat.forEach((a, digest) -> digests.add(new Digest(a, ByteString.of(digest.digest()))));
    return new Finished(tree, new HashedContent(tree.id(), digests));
  }

  /** A body's tree, and its id and digests. */
  public record Finished(MerkleTree tree, HashedContent content) {}

  /** Hashes a whole body that is at hand. */
  public static Finished hash(ByteBuffer body) {
    ContentHasher hasher = new ContentHasher();
    hasher.update(body.duplicate());
    return hasher.finish();
  }
}
