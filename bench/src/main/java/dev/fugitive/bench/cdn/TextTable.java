package dev.fugitive.bench.cdn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The report as a table of text, which is Markdown too. */
final class TextTable {
  private static final List<String> HEAD =
      List.of(
          "scenario",
          "way",
          "runs (void)",
          "median",
          "p99",
          "last (best to worst)",
          "bound",
          "copies",
          "from peers",
          "CPU",
          "wrong");

  private TextTable() {}

  static String of(List<Section> sections) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    for (Section section : sections) {
      section.runs().keySet().forEach(side -> rows.add(row(section, side)));
    }
    int[] widths = new int[HEAD.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      line(table, rows.get(i), widths);
      if (i == 0) {
        List<String> rule = new ArrayList<>();
        for (int width : widths) {
          rule.add("-".repeat(width));
        }
        line(table, rule, widths);
      }
    }
    return table.toString();
  }

  private static void line(StringBuilder table, List<String> row, int[] widths) {
    for (int i = 0; i < widths.length; i++) {
      table.append("| ").append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 1));
    }
    table.append("|\n");
  }

  private static List<String> row(Section section, Side side) {
    Summary summary = section.summary(side);
    Facts facts = section.facts();
    String unit = " " + facts.metric().unit();
    return List.of(
        facts.title(),
        side.name(),
        summary.runs() + (summary.voided() > 0 ? " (" + summary.voided() + ")" : ""),
        number(summary.median()) + unit,
        number(summary.p99()) + unit,
        number(summary.last())
            + unit
            + " ("
            + number(summary.bestLast())
            + " to "
            + number(summary.worstLast())
            + ")",
        bound(facts.bound(), unit),
        number(summary.copies()),
        percent(summary.peerShare()),
        percent(summary.cpuShare()),
        Integer.toString(summary.wrong()));
  }

  private static String bound(OptionalDouble bound, String unit) {
    return bound.isPresent() ? number(bound.getAsDouble()) + unit : "";
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", share * 100);
  }

  /** Three digits that count. */
  static String number(double value) {
    double size = Math.abs(value);
    String format = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
