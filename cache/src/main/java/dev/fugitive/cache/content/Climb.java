package dev.fugitive.cache.content;

import java.util.ArrayList;
import java.util.List;
import okio.ByteString;

/**
 * The way of one frame from its leaves towards the root: the nodes that its range covers in the
 * layer it has reached, and everything that was computed or taken from the proof beneath.
 */
final class Climb {
  private final int chunkCount;
  private final List<ByteString> hashes;
  private int hashesTaken;
  private int layer;
  private int first;
  private byte[][] nodes;
  private final List<Rung> rungs = new ArrayList<>();

  /** The nodes side by side that one layer of the climb was made of. */
  private static final class Rung {
    private final int layer;
    private final int from;
    private final byte[][] nodes;

    Rung(int layer, int from, byte[][] nodes) {
      this.layer = layer;
      this.from = from;
      this.nodes = nodes;
    }
  }

  Climb(int chunkCount, int firstChunk, LeafHashing frame, List<ByteString> hashes) {
    this.chunkCount = chunkCount;
    this.hashes = hashes;
    this.first = firstChunk;
    this.nodes = new byte[frame.chunkCount()][];
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = frame.leaf(i);
    }
  }

  int layer() {
    return layer;
  }

  int first() {
    return first;
  }

  int count() {
    return nodes.length;
  }

  byte[] node(int i) {
    return nodes[i];
  }

  /** One layer up, taking from the proof what stands beside the range. */
  void up(Sha256 hash) {
    int last = first + nodes.length - 1;
    int from = first & ~1;
    byte[][] pairs = new byte[(last | 1) - from + 1][];
    System.arraycopy(nodes, 0, pairs, first - from, nodes.length);
    if (pairs[0] == null) {
      pairs[0] = takeHash();
    }
    if (pairs[pairs.length - 1] == null) {
      pairs[pairs.length - 1] = rightNeighbour(last);
    }
    byte[][] parents = new byte[pairs.length / 2][Sha256.BYTES];
    for (int i = 0; i < parents.length; i++) {
      hash.parent(pairs[2 * i], 0, pairs[2 * i + 1], 0, parents[i], 0);
    }
    rungs.add(new Rung(layer, from, pairs));
    nodes = parents;
    first = TreeLayout.parent(first);
    layer++;
  }

  private byte[] rightNeighbour(int last) {
    return TreeLayout.sibling(last) < TreeLayout.width(chunkCount, layer)
        ? takeHash()
        : Sha256.paddingNode(layer);
  }

  private byte[] takeHash() {
    return hashes.get(hashesTaken++).toByteArray();
  }

  /** Every node of the climb beneath the layer that it has reached, padding left out. */
  List<TreeLayout.Node> nodesBeneath() {
    List<TreeLayout.Node> beneath = new ArrayList<>();
    for (Rung rung : rungs) {
      int width = TreeLayout.width(chunkCount, rung.layer);
      for (int i = 0; i < rung.nodes.length && rung.from + i < width; i++) {
        beneath.add(new TreeLayout.Node(rung.layer, rung.from + i));
      }
    }
    return beneath;
  }

  /** Keeps what was found beneath the layer that proved equal. */
  void rememberIn(NodeTable known) {
    for (Rung rung : rungs) {
      int width = TreeLayout.width(chunkCount, rung.layer);
      for (int i = 0; i < rung.nodes.length && rung.from + i < width; i++) {
        known.put(rung.layer, rung.from + i, rung.nodes[i]);
      }
    }
  }
}
