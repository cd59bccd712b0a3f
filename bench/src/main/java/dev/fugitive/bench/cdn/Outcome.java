package dev.fugitive.bench.cdn;

import java.util.List;
import java.util.Map;

/**
 * What one run of a side gave.
 *
 * @param samples each fetch that counts
 * @param figures what else was seen, by name
 */
record Outcome(List<Sample> samples, Map<String, Double> figures) {
  Outcome {
    samples = List.copyOf(samples);
  }

  static Outcome of(List<Sample> samples) {
    return new Outcome(samples, Map.of());
  }
}
