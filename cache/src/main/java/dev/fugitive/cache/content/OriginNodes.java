package dev.fugitive.cache.content;

import java.util.Optional;

/**
 * Nodes that were hashed from what the origin sent without a proof; confined to its {@link
 * PartialTree}'s lock.
 *
 * <p>A leaf climbs for as long as its sibling came from the origin too (or is padding), until it
 * meets a node that is known to be valid: then everything beneath is proven, and becomes known; or
 * the origin sends another content. The root is always known, so whatever the origin sends is
 * settled with the last chunk at the latest. A node cannot pass by a valid one: where the sibling
 * is known, the node itself is known too.
 */
final class OriginNodes {
  private final int chunkCount;
  private final NodeTable claimed;

  OriginNodes(int chunkCount) {
    this.chunkCount = chunkCount;
    this.claimed = new NodeTable(chunkCount);
  }

  /** Takes in a leaf; returns why it cannot be the content's, where that is found out. */
  Optional<String> add(int chunk, byte[] leaf, NodeTable known, Sha256 hash) {
    if (claimed.contains(0, chunk) && claimed.contradicts(0, chunk, leaf)) {
      return Optional.of("chunk %d came from the origin in two versions".formatted(chunk));
    }
    int layer = 0;
    int index = chunk;
    byte[] node = leaf;
    while (true) {
      claimed.put(layer, index, node);
      if (known.contains(layer, index)) {
        return settle(layer, index, known);
      }
      int sibling = TreeLayout.sibling(index);
      boolean padding = sibling >= TreeLayout.width(chunkCount, layer);
      if (!padding && !claimed.contains(layer, sibling)) {
        return Optional.empty();
      }
      byte[] left = TreeLayout.isRight(index) ? claimed.get(layer, sibling) : node;
      byte[] right = TreeLayout.isRight(index) ? node : claimed.get(layer, sibling);
      node = new byte[Sha256.BYTES];
      hash.parent(left, 0, right, 0, node, 0);
      index = TreeLayout.parent(index);
      layer++;
    }
  }

  /** A node has become known: what the origin sent beneath it is proven, or is another content. */
  Optional<String> settle(int layer, int index, NodeTable known) {
    if (!claimed.contains(layer, index)) {
      return Optional.empty();
    }
    if (known.contradicts(layer, index, claimed.get(layer, index))) {
      return Optional.of(
          "the origin sent other bytes than the content's under node %d of layer %d"
              .formatted(index, layer));
    }
    rememberBeneath(layer, index, known);
    return Optional.empty();
  }

  private void rememberBeneath(int layer, int index, NodeTable known) {
    int left = 2 * index;
    if (layer == 0 || !claimed.contains(layer - 1, left)) {
      return;
    }
    int end = Math.min(left + 2, TreeLayout.width(chunkCount, layer - 1));
    for (int child = left; child < end; child++) {
      known.put(layer - 1, child, claimed.get(layer - 1, child));
      rememberBeneath(layer - 1, child, known);
    }
  }
}
