package dev.fugitive.bench.cdn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a scenario is, for its report.
 *
 * @param title short; names the scenario among all
 * @param setting the links, sizes and numbers, by name
 * @param metric what its figures are
 * @param contentBytes one copy of what a run transfers
 * @param bound the best that any system could do for the last finisher, in the metric's unit
 * @param boundBy how the bound is computed
 * @param aims what was to be reached
 * @param notes what a sceptic should know
 */
record Facts(
    String title,
    Map<String, String> setting,
    Metric metric,
    long contentBytes,
    OptionalDouble bound,
    String boundBy,
    List<String> aims,
    List<String> notes) {
  Facts {
    setting = new LinkedHashMap<>(setting);
    aims = List.copyOf(aims);
    notes = List.copyOf(notes);
  }
}
