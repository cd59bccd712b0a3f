package dev.fugitive.cache.content;

import java.util.ArrayList;
import java.util.List;

/**
 * The arithmetic of the tree, apart from all hashing: which nodes there are, and which of them
 * prove a range of chunks.
 *
 * <p>A node is named by its layer (0 are the leaves) and its index in that layer. BEP 52 pads the
 * leaves with zero hashes to the next power of two; a node that has padding only beneath it is the
 * same in every tree of that layer, so it is neither stored nor sent:
 *
 * <pre>
 *   layer 3                 root                    five chunks, depth 3
 *   layer 2         0                1
 *   layer 1     0       1        2       (p)        width 3
 *   layer 0   0   1   2   3    4  (p)  (p) (p)      width 5
 * </pre>
 *
 * <p>The proof of chunks {@code first} to {@code last} are the nodes beside the path of that range
 * up to the root: at each layer first the left neighbour, where the range starts with a right
 * child, then the right neighbour, where the range ends with a left child and the neighbour is not
 * padding.
 */
public final class TreeLayout {
  private TreeLayout() {}

  /** One node of a tree. */
  public record Node(int layer, int index) {}

  /** How many chunks a content of this length has. */
  public static int chunkCount(long length) {
    return (int) ((length + ContentId.CHUNK_BYTES - 1) / ContentId.CHUNK_BYTES);
  }

  /** The layer of the root: how many layers stand above the leaves. */
  public static int depth(int chunkCount) {
    return chunkCount <= 1 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(chunkCount - 1);
  }

  /** How many nodes of a layer have a chunk beneath them; those after them are padding. */
  public static int width(int chunkCount, int layer) {
    return (int) ((chunkCount + (1L << layer) - 1) >>> layer);
  }

  /** How many nodes the tree has, padding not counted. */
  public static int nodeCount(int chunkCount) {
    return layerOffset(chunkCount, depth(chunkCount) + 1);
  }

  /** How many nodes the layers beneath a layer have, padding not counted. */
  public static int layerOffset(int chunkCount, int layer) {
    int offset = 0;
    for (int below = 0; below < layer; below++) {
      offset += width(chunkCount, below);
    }
    return offset;
  }

  /** Index of the parent, one layer up. */
  public static int parent(int index) {
    return index >>> 1;
  }

  /** Index of the other child of the same parent. */
  public static int sibling(int index) {
    return index ^ 1;
  }

  /** Whether a node is its parent's right child. */
  public static boolean isRight(int index) {
    return (index & 1) == 1;
  }

  /** The nodes that prove a range of chunks, in the order in which a proof lists them. */
  public static List<Node> proofNodes(int chunkCount, int firstChunk, int rangeCount) {
    checkRange(chunkCount, firstChunk, rangeCount);
    List<Node> nodes = new ArrayList<>();
    int first = firstChunk;
    int last = firstChunk + rangeCount - 1;
    int depth = depth(chunkCount);
    for (int layer = 0; layer < depth; layer++) {
      if (isRight(first)) {
        nodes.add(new Node(layer, sibling(first)));
      }
      if (!isRight(last) && sibling(last) < width(chunkCount, layer)) {
        nodes.add(new Node(layer, sibling(last)));
      }
      first = parent(first);
      last = parent(last);
    }
    return nodes;
  }

  /** How many hashes prove a range of chunks. */
  public static int proofLength(int chunkCount, int firstChunk, int rangeCount) {
    return proofNodes(chunkCount, firstChunk, rangeCount).size();
  }

  /** Refuses a range that is empty or not within the content. */
  static void checkRange(int chunkCount, int firstChunk, int rangeCount) {
    if (firstChunk < 0 || rangeCount < 1 || firstChunk > chunkCount - rangeCount) {
      throw new IndexOutOfBoundsException(
          "chunks: %d from %d (expected: at least one, within %d)"
              .formatted(rangeCount, firstChunk, chunkCount));
    }
  }
}
