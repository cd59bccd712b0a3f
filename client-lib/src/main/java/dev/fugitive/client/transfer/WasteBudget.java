package dev.fugitive.client.transfer;

/**
 * How many bytes may be asked of two sources at once: a fixed allowance, and a share of the bytes
 * that were useful. In a crowd what comes twice to one comes later to another: there the share is
 * all.
 */
final class WasteBudget {
  private long usefulBytes;
  private long spentBytes;
  private boolean crowded;

  /** Whether others fetch the same at the same time. */
  void crowded(boolean now) {
    crowded = now;
  }

  /** Bytes came that were not here yet. */
  void useful(long bytes) {
    usefulBytes += bytes;
  }

  /** Takes bytes from the budget, where it has them. */
  boolean spend(long bytes) {
    if (spentBytes + bytes > (crowded ? shareBytes() : limitBytes())) {
      return false;
    }
    spentBytes += bytes;
    return true;
  }

  long spentBytes() {
    return spentBytes;
  }

  long limitBytes() {
    return SwarmLimits.WASTE_BASE_BYTES + shareBytes();
  }

  private long shareBytes() {
    return (long) (usefulBytes * SwarmLimits.WASTE_SHARE);
  }
}
