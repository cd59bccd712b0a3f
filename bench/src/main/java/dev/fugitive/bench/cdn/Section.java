package dev.fugitive.bench.cdn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One scenario with its runs, as the reports show it.
 *
 * @param runs of each side, in the order in which the scenario names them
 */
record Section(Profile profile, Facts facts, Map<Side, List<Run>> runs) {
  static Section of(Profile profile, Scenario scenario, List<Run> all) {
    Facts facts = scenario.facts();
    Map<Side, List<Run>> bySide = new LinkedHashMap<>();
    for (Side side : scenario.sides()) {
      List<Run> runs =
          all.stream()
              .filter(run -> run.scenario().equals(facts.title()) && run.side().equals(side))
              .toList();
      if (!runs.isEmpty()) {
        bySide.put(side, runs);
      }
    }
    return new Section(profile, facts, bySide);
  }

  boolean isEmpty() {
    return runs.isEmpty();
  }

  Summary summary(Side side) {
    return Summary.of(runs.getOrDefault(side, List.of()), facts);
  }
}
