package dev.fugitive.bench.cdn;

import java.util.ArrayList;
import java.util.List;

/**
 * Says when a program is warm: when doing the same once more no longer takes less CPU time than the
 * best of what was done before the last two.
 */
final class WarmUp {
  private static final int WINDOW = 2;
  private static final double STILL_FALLING = 0.95;

  private final int most;
  private final List<Double> cpuSeconds = new ArrayList<>();

  /**
   * @param most how often at most
   */
  WarmUp(int most) {
    this.most = most;
  }

  /** It was done once more, and took so much CPU time. */
  void took(double seconds) {
    cpuSeconds.add(seconds);
  }

  int count() {
    return cpuSeconds.size();
  }

  boolean isOver() {
    int count = cpuSeconds.size();
    if (count >= most) {
      return true;
    }
    if (count <= WINDOW) {
      return false;
    }
    double bestBefore = least(cpuSeconds.subList(0, count - WINDOW));
    return least(cpuSeconds.subList(count - WINDOW, count)) > STILL_FALLING * bestBefore;
  }

  private static double least(List<Double> seconds) {
    return seconds.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }
}
