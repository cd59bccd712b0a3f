package dev.fugitive.bench.cdn;

import java.util.ArrayList;
import java.util.List;

/**
 * A horizontal axis: from values to places, straight, or by their logarithm where they spread over
 * more than {@link #LOG_FROM} times.
 */
record Axis(double least, double most, boolean logarithmic, double left, double right) {
  private static final double LOG_FROM = 25;
  private static final double ROOM = 0.04;
  private static final int TICKS = 6;

  /** An axis that holds all values, all of them above 0. */
  static Axis of(List<Double> values, double left, double right) {
    double least = values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    double most = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
    boolean logarithmic = least > 0 && most / least > LOG_FROM;
    return logarithmic
        ? new Axis(least * 0.9, most * 1.1, true, left, right)
        : new Axis(0, most > 0 ? most * (1 + ROOM) : 1, false, left, right);
  }

  double place(double value) {
    double share =
        logarithmic
            ? Math.log(Math.max(value, least) / least) / Math.log(most / least)
            : (value - least) / (most - least);
    return left + share * (right - left);
  }

  /** Round values to write beside the axis. */
  List<Double> ticks() {
    return logarithmic ? logTicks() : straightTicks();
  }

  private List<Double> straightTicks() {
    double raw = (most - least) / TICKS;
    double magnitude = Math.pow(10, Math.floor(Math.log10(raw)));
    double step = magnitude;
    for (double nice : new double[] {1, 2, 5, 10}) {
      if (nice * magnitude >= raw) {
        step = nice * magnitude;
        break;
      }
    }
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; i * step <= most; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  private List<Double> logTicks() {
    List<Double> ticks = new ArrayList<>();
    for (double decade = Math.pow(10, Math.floor(Math.log10(least)));
        decade <= most;
        decade *= 10) {
      for (double nice : new double[] {1, 2, 5}) {
        if (nice * decade >= least && nice * decade <= most) {
          ticks.add(nice * decade);
        }
      }
    }
    return ticks;
  }
}
