package dev.fugitive.bench.cdn;

/** The best that any system could do. */
final class Bounds {
  private Bounds() {}

  /**
   * Seconds until the last of a crowd has everything: the origin must send it once, each must
   * receive it once, and all uplinks together must send it to all.
   */
  static double crowdSeconds(
      long bytes, int nodes, double originUp, double nodeUp, double nodeDown) {
    double megabits = bytes * 8 / 1e6;
    double once = megabits / originUp;
    double received = megabits / nodeDown;
    double together = nodes * megabits / (originUp + nodes * nodeUp);
    return Math.max(once, Math.max(received, together));
  }
}
