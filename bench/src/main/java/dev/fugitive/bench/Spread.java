package dev.fugitive.bench;

import java.util.List;
import java.util.Locale;

/**
 * A figure that was measured several times.
 *
 * @param median the middle one; of an even number the mean of the two in the middle
 */
record Spread(double least, double median, double most) {
  static Spread of(List<Double> measured) {
    List<Double> sorted = measured.stream().sorted().toList();
    int size = sorted.size();
    double median = (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
    return new Spread(sorted.getFirst(), median, sorted.getLast());
  }

  String toJson() {
    return String.format(
        Locale.ROOT, "{\"least\":%.3f,\"median\":%.3f,\"most\":%.3f}", least, median, most);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.1f (%.1f to %.1f)", median, least, most);
  }
}
