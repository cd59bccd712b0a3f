package dev.fugitive.client.transfer;

/**
 * How long the reader waits for what the others in a crowd should bring, and how much is read in
 * haste from the origin when it has waited for too long. Each time that happens it waits half as
 * long and twice as much is read, so that whoever only says to have everything cannot make it wait
 * again and again; until the others have brought as much as was read in haste.
 */
final class Patience {
  private static final int MOST_HASTES = 12;

  private int hastes;
  private int awaitedChunks;

  long nanos() {
    return Math.max(SwarmLimits.READER_PATIENCE_NANOS, SwarmLimits.CROWD_PATIENCE_NANOS >> hastes);
  }

  /** How many blocks are read in haste when it is over. */
  int blocks() {
    return 1 << hastes;
  }

  /** It was over, and so many chunks are read. */
  void over(int chunks) {
    hastes = Math.min(MOST_HASTES, hastes + 1);
    awaitedChunks = chunks;
  }

  /** Others have brought something. */
  void brought(int chunks) {
    awaitedChunks -= chunks;
    if (awaitedChunks <= 0) {
      hastes = 0;
    }
  }
}
