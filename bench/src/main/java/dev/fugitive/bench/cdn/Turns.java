package dev.fugitive.bench.cdn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says which sides have runs to come. A run that the machine was too busy for does not count and is
 * repeated, up to as many times as runs were asked for.
 */
final class Turns {
  private final List<Side> sides;
  private final Comparison.Settings settings;
  private final Map<Side, Integer> counted = new HashMap<>();
  private final Map<Side, Integer> taken = new HashMap<>();

  Turns(List<Side> sides, Comparison.Settings settings) {
    this.sides = sides.stream().filter(settings::wants).toList();
    this.settings = settings;
  }

  /** A run is over. */
  void took(Run run) {
    taken.merge(run.side(), 1, Integer::sum);
    counted.merge(run.side(), run.isValid() ? 1 : 0, Integer::sum);
  }

  boolean areOver() {
    return next().isEmpty();
  }

  /** The sides of the next turn. */
  List<Side> next() {
    List<Side> next = new ArrayList<>();
    for (Side side : sides) {
      int wanted = settings.runs(side);
      if (counted.getOrDefault(side, 0) < wanted && taken.getOrDefault(side, 0) < 2 * wanted) {
        next.add(side);
      }
    }
    return next;
  }
}
