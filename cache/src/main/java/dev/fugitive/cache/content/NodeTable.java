package dev.fugitive.cache.content;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Some nodes of one tree, padding left out, in pages that are made as they are needed: memory grows
 * with what is known, not with what a length claims.
 */
final class NodeTable {
  private static final int PAGE_NODES = 512;

  private final int chunkCount;
  private final int[] layerOffsets;
  private final byte[] @Nullable [] pages;
  private final BitSet present = new BitSet();

  NodeTable(int chunkCount) {
    this.chunkCount = chunkCount;
    this.layerOffsets = new int[TreeLayout.depth(chunkCount) + 1];
    for (int layer = 1; layer < layerOffsets.length; layer++) {
      layerOffsets[layer] = layerOffsets[layer - 1] + TreeLayout.width(chunkCount, layer - 1);
    }
    this.pages = new byte[TreeLayout.nodeCount(chunkCount) / PAGE_NODES + 1][];
  }

  int size() {
    return present.cardinality();
  }

  boolean contains(int layer, int index) {
    return present.get(layerOffsets[layer] + index);
  }

  boolean containsAll(int layer, int first, int count) {
    int from = layerOffsets[layer] + first;
    return present.nextClearBit(from) >= from + count;
  }

  void put(int layer, int index, byte[] hash) {
    int number = layerOffsets[layer] + index;
    byte[] page = pages[number / PAGE_NODES];
    if (page == null) {
      page = new byte[PAGE_NODES * Sha256.BYTES];
      pages[number / PAGE_NODES] = page;
    }
    System.arraycopy(hash, 0, page, number % PAGE_NODES * Sha256.BYTES, Sha256.BYTES);
    present.set(number);
  }

  /** Whether the node is known and another than this. */
  boolean contradicts(int layer, int index, byte[] hash) {
    return contains(layer, index) && !Arrays.equals(get(layer, index), hash);
  }

  /** A known node, or the padding beyond the layer's width. */
  byte[] get(int layer, int index) {
    if (index >= TreeLayout.width(chunkCount, layer)) {
      return Sha256.paddingNode(layer);
    }
    int number = layerOffsets[layer] + index;
    byte[] page = pages[number / PAGE_NODES];
    if (page == null || !present.get(number)) {
      throw new IllegalStateException("node " + index + " of layer " + layer + " is absent");
    }
    int at = number % PAGE_NODES * Sha256.BYTES;
    return Arrays.copyOfRange(page, at, at + Sha256.BYTES);
  }

  /** Whether every known node but the root has its sibling and the parent that they hash to. */
  boolean isConsistent(Sha256 hash) {
    byte[] parent = new byte[Sha256.BYTES];
    for (int layer = 0; layer < layerOffsets.length - 1; layer++) {
      int width = TreeLayout.width(chunkCount, layer);
      for (int left = 0; left < width; left += 2) {
        boolean leftKnown = contains(layer, left);
        boolean rightKnown = left + 1 >= width ? leftKnown : contains(layer, left + 1);
        if (leftKnown != rightKnown) {
          return false;
        }
        if (!leftKnown) {
          continue;
        }
        hash.parent(get(layer, left), 0, get(layer, left + 1), 0, parent, 0);
        if (!contains(layer + 1, left / 2) || !Arrays.equals(parent, get(layer + 1, left / 2))) {
          return false;
        }
      }
    }
    return contains(layerOffsets.length - 1, 0);
  }
}
