package dev.fugitive.cache.content;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ChunkVerification.Corrupt;
import dev.fugitive.cache.content.ChunkVerification.Verified;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the tree of a content that is being fetched: verifies frames of chunks as they
 * come, in any order, from anybody.
 *
 * <p><b>The invariant.</b> A node is valid or absent. The root is always there. Where a node is
 * there, its sibling and its parent are there too, and the two siblings hash to the parent: {@link
 * #checkInvariant} checks exactly this.
 *
 * <p><b>How a frame is verified.</b> First what costs nothing: the number of hashes must be the one
 * that {@link TreeLayout} says, the payload must have the length of those chunks, and a hash for a
 * node that is known already must equal it. Then the chunks are hashed, and the range climbs from
 * its leaves towards the root, one layer at a time, until all nodes that it covers in a layer are
 * known. If they are equal, everything beneath was valid, and all of it is remembered: a later
 * frame nearby meets a known node sooner and hashes less. If they are not, nothing is remembered.
 *
 * <p>Safe for use by several threads: chunks are hashed outside the lock, only the climb holds it.
 */
public final class PartialTree {
  private final ContentId id;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final NodeTable known;

  @GuardedBy("lock")
  private final Sha256 hash = new Sha256();

  @GuardedBy("lock")
  private @Nullable OriginNodes origin;

  @GuardedBy("lock")
  private Optional<String> contradiction = Optional.empty();

  public PartialTree(ContentId id) {
    this.id = id;
    this.known = new NodeTable(id.chunkCount());
    known.put(TreeLayout.depth(id.chunkCount()), 0, id.root().toByteArray());
  }

  /** The content whose chunks are verified. */
  public ContentId id() {
    return id;
  }

  /**
   * Verifies consecutive chunks.
   *
   * @param payload exactly their bytes; is copied, its position is not moved
   * @param hashes the proof, in the order of {@link MerkleProof}
   */
  public ChunkVerification verify(
      int firstChunk, int chunkCount, ByteBuffer payload, List<ByteString> hashes) {
    if (firstChunk < 0 || chunkCount < 1 || firstChunk > id.chunkCount() - chunkCount) {
      return new Corrupt(
          "chunks: %d from %d (expected: at least one, within %d)"
              .formatted(chunkCount, firstChunk, id.chunkCount()));
    }
    if (payload.remaining() != id.rangeLength(firstChunk, chunkCount)) {
      return LeafHashing.wrongLength(id, firstChunk, chunkCount, payload);
    }
    List<TreeLayout.Node> proof = TreeLayout.proofNodes(id.chunkCount(), firstChunk, chunkCount);
    if (hashes.size() != proof.size()) {
      return new Corrupt("proof hashes: %d (expected: %d)".formatted(hashes.size(), proof.size()));
    }
    for (ByteString uncle : hashes) {
      if (uncle.size() != Sha256.BYTES) {
        return new Corrupt("proof hash bytes: %d (expected: 32)".formatted(uncle.size()));
      }
    }
    LeafHashing frame = LeafHashing.of(payload);
    lock.lock();
    try {
      return climb(firstChunk, frame, proof, hashes);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private ChunkVerification climb(
      int firstChunk, LeafHashing frame, List<TreeLayout.Node> proof, List<ByteString> hashes) {
    for (int i = 0; i < proof.size(); i++) {
      TreeLayout.Node node = proof.get(i);
      if (known.contradicts(node.layer(), node.index(), hashes.get(i).toByteArray())) {
        return new Corrupt("proof hash " + i + " differs from a verified node of " + id);
      }
    }
    Climb climb = new Climb(id.chunkCount(), firstChunk, frame, hashes);
    while (!known.containsAll(climb.layer(), climb.first(), climb.count())) {
      climb.up(hash);
    }
    for (int i = 0; i < climb.count(); i++) {
      if (known.contradicts(climb.layer(), climb.first() + i, climb.node(i))) {
        return new Corrupt(
            "chunks %d to %d of %s do not hash to its root"
                .formatted(firstChunk, firstChunk + frame.chunkCount() - 1, id));
      }
    }
    climb.rememberIn(known);
    if (origin != null) {
      for (TreeLayout.Node node : climb.nodesBeneath()) {
        note(origin.settle(node.layer(), node.index(), known));
      }
    }
    return new Verified(frame.mint(id, firstChunk));
  }

  /**
   * Takes consecutive chunks that the origin sent without a proof, under a validator that ties them
   * to this content. They are checked as soon as the tree has what they can be checked against,
   * with the last chunk at the latest; until then they count as the origin's word, and are not
   * proven to others.
   *
   * @param payload exactly their bytes, at least one chunk; is copied, its position is not moved
   * @return Corrupt where the origin is found to have sent another content, now or before
   */
  public ChunkVerification acceptFromOrigin(int firstChunk, ByteBuffer payload) {
    int chunks = TreeLayout.chunkCount(payload.remaining());
    id.checkRange(firstChunk, chunks);
    if (payload.remaining() != id.rangeLength(firstChunk, chunks)) {
      return LeafHashing.wrongLength(id, firstChunk, chunks, payload);
    }
    LeafHashing frame = LeafHashing.of(payload);
    lock.lock();
    try {
      OriginNodes nodes = origin == null ? new OriginNodes(id.chunkCount()) : origin;
      origin = nodes;
      for (int i = 0; i < chunks && contradiction.isEmpty(); i++) {
        note(nodes.add(firstChunk + i, frame.leaf(i), known, hash));
      }
      return contradiction
          .<ChunkVerification>map(Corrupt::new)
          .orElseGet(() -> new Verified(frame.mint(id, firstChunk)));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes in the hashes of all chunks, so that each is proven by itself from then on, and can be
   * proven to others.
   *
   * @param leafHashes the SHA-256 of each chunk, side by side
   * @return why they are not taken, or why what the origin sent before is not this content
   */
  public Optional<String> learnLeaves(ByteBuffer leafHashes) {
    if (leafHashes.remaining() != (long) id.chunkCount() * Sha256.BYTES) {
      return Optional.of(
          "leaf hash bytes: %d (expected: %d)"
              .formatted(leafHashes.remaining(), (long) id.chunkCount() * Sha256.BYTES));
    }
    MerkleTree tree = MerkleTree.of(id.length(), leafHashes);
    if (!tree.id().equals(id)) {
      return Optional.of("leaf hashes of %s (expected: of %s)".formatted(tree.id(), id));
    }
    lock.lock();
    try {
      tree.rememberIn(known);
      for (int chunk = 0; origin != null && chunk < id.chunkCount(); chunk++) {
        note(origin.settle(0, chunk, known));
      }
      return contradiction;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a chunk with this hash is the content's, by what is known now. */
  public boolean proves(int chunk, ByteString leafHash) {
    lock.lock();
    try {
      return known.contains(0, chunk) && !known.contradicts(0, chunk, leafHash.toByteArray());
    } finally {
      lock.unlock();
    }
  }

  /** Why what the origin sent cannot be this content, where that was found out. */
  public Optional<String> originContradiction() {
    lock.lock();
    try {
      return contradiction;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void note(Optional<String> found) {
    contradiction = contradiction.isPresent() ? contradiction : found;
  }

  /**
   * The hashes that prove chunks which this tree has verified.
   *
   * @return empty where it has not verified all of them
   */
  public Optional<MerkleProof> proof(int firstChunk, int chunkCount) {
    List<TreeLayout.Node> nodes = TreeLayout.proofNodes(id.chunkCount(), firstChunk, chunkCount);
    List<ByteString> hashes = new ArrayList<>(nodes.size());
    lock.lock();
    try {
      if (!known.containsAll(0, firstChunk, chunkCount)) {
        return Optional.empty();
      }
      for (TreeLayout.Node node : nodes) {
        hashes.add(ByteString.of(known.get(node.layer(), node.index())));
      }
    } finally {
      lock.unlock();
    }
    return Optional.of(new MerkleProof(firstChunk, chunkCount, hashes));
  }

  /** How many nodes are known, the root included; padding is not counted. */
  public int knownNodes() {
    lock.lock();
    try {
      return known.size();
    } finally {
      lock.unlock();
    }
  }

  /** Fails where a known node lacks its parent or its sibling, or the two do not hash to it. */
  public void checkInvariant() {
    lock.lock();
    try {
      if (!known.isConsistent(hash)) {
        throw new IllegalStateException("a node of the tree of " + id + " is not valid");
      }
    } finally {
      lock.unlock();
    }
  }
}
