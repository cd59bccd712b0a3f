package dev.fugitive.client.transfer;

/** Consecutive chunks. */
record ChunkRun(int first, int count) {
  /** The index after the last. */
  int end() {
    return first + count;
  }

  boolean contains(int chunk) {
    return chunk >= first && chunk < end();
  }
}
