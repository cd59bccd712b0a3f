package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.client.transfer.SimulatedContent.Payload;
import java.util.BitSet;

/** What a node of a simulated crowd has, and how far its reader has come in it. */
final class CrowdShelf {
  private final SimulatedContent content;
  private final BitSet here = new BitSet();
  private final Payload[] store;
  private int readChunks;

  CrowdShelf(SimulatedContent content) {
    this.content = content;
    this.store = new Payload[content.id().chunkCount()];
  }

  /** All of it is here. */
  void fill() {
    claimAll();
    for (int chunk = 0; chunk < store.length; chunk++) {
      store[chunk] = content.genuine(chunk);
    }
  }

  /** All of it is said to be here. */
  void claimAll() {
    here.set(0, store.length);
  }

  void clear() {
    here.clear();
    readChunks = 0;
  }

  /** Returns whether it was not here yet. */
  boolean put(Payload payload) {
    boolean fresh = !here.get(payload.chunk());
    if (fresh) {
      here.set(payload.chunk());
      store[payload.chunk()] = payload;
    }
    return fresh;
  }

  boolean isEmpty() {
    return here.isEmpty();
  }

  boolean holds(int chunk) {
    return here.get(chunk);
  }

  int count() {
    return here.cardinality();
  }

  ChunkSet held() {
    return ChunkSet.copyOf(here);
  }

  /**
   * Takes what is next in order; returns the first chunk that is not what it should be, or a
   * negative number.
   */
  int readOn() {
    while (here.get(readChunks)) {
      if (!store[readChunks].bytes().equals(content.genuine(readChunks).bytes())) {
        return readChunks;
      }
      readChunks++;
    }
    return -1;
  }

  /** How many chunks the reader has had, from the first on. */
  int readChunks() {
    return readChunks;
  }
}
