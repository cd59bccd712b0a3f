package dev.fugitive.client.transfer;

/**
 * How many bytes may be asked of two sources at once: a fixed allowance, and a share of the bytes
 * that were useful.
 */
final class WasteBudget {
  private long usefulBytes;
  private long spentBytes;

  /** Bytes came that were not here yet. */
  void useful(long bytes) {
    usefulBytes += bytes;
  }

  /** Takes bytes from the budget, where it has them. */
  boolean spend(long bytes) {
    if (spentBytes + bytes > limitBytes()) {
      return false;
    }
    spentBytes += bytes;
    return true;
  }

  long spentBytes() {
    return spentBytes;
  }

  long limitBytes() {
    return SwarmLimits.WASTE_BASE_BYTES + (long) (usefulBytes * SwarmLimits.WASTE_SHARE);
  }
}
