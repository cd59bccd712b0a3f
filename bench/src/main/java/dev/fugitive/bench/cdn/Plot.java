package dev.fugitive.bench.cdn;

import com.google.errorprone.annotations.FormatMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws a scenario as SVG: the share of fetches that was done by each moment, one line a side, the
 * bound as an upright, and below it each run's last finisher as a dot. It stands alone, and is
 * readable in light and in dark.
 */
final class Plot {
  private static final int WIDTH = 760;
  private static final int LEFT = 46;
  private static final int RIGHT = WIDTH - 16;
  private static final int TOP = 34;
  private static final int BOTTOM = 214;
  private static final int ROW = 20;

  private static final String STYLE =
      """
      <style>
      .fp{font:12px system-ui,sans-serif;--ink:#1f2933;--soft:#66727f;--rule:#d9dfe5;--s0:#0f766e;--s1:#c2410c;--s2:#6d28d9;--bound:#1f2933}
      @media(prefers-color-scheme:dark){.fp{--ink:#e6ebf0;--soft:#9aa7b4;--rule:#36414c;--s0:#2dd4bf;--s1:#fb923c;--s2:#c4b5fd;--bound:#e6ebf0}}
      .fp text{fill:var(--ink)}.fp .soft{fill:var(--soft)}.fp .rule{stroke:var(--rule)}
      .fp .line{fill:none;stroke-width:2.2}.fp .l0{stroke:var(--s0)}.fp .l1{stroke:var(--s1);stroke-dasharray:7 3}.fp .l2{stroke:var(--s2);stroke-dasharray:2 3}
      .fp .d0{fill:var(--s0)}.fp .d1{fill:var(--s1)}.fp .d2{fill:var(--s2)}.fp .void{fill:none;stroke:var(--soft)}
      .fp .bound{stroke:var(--bound);stroke-dasharray:3 3}
      </style>
      """;

  private final Section section;
  private final Metric metric;
  private final Axis axis;
  private final StringBuilder svg = new StringBuilder();

  private Plot(Section section) {
    this.section = section;
    this.metric = section.facts().metric();
    List<Double> values = new ArrayList<>();
    section
        .runs()
        .values()
        .forEach(runs ->
            runs.forEach(run -> run.samples().forEach(sample -> values.add(metric.of(sample)))));
    section.facts().bound().ifPresent(values::add);
    this.axis = Axis.of(values, LEFT, RIGHT);
  }

  static String of(Section section) {
    return new Plot(section).draw();
  }

  private String draw() {
    int height = BOTTOM + 44 + ROW * section.runs().size() + 10;
    add(
        "<svg class=\"fp\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
        WIDTH, height, Html.escape(section.facts().title()));
    svg.append(STYLE);
    frame();
    int number = 0;
    for (Side side : section.runs().keySet()) {
      curve(side, style(side), number);
      number++;
    }
    bound();
    dots();
    return svg.append("</svg>\n").toString();
  }

  /** The product has the first colour, whatever its place. */
  private int style(Side side) {
    if (side.equals(Side.FUGITIVE)) {
      return 0;
    }
    List<Side> others =
        section.runs().keySet().stream().filter(each -> !each.equals(Side.FUGITIVE)).toList();
    return Math.min(2, 1 + others.indexOf(side));
  }

  private void frame() {
    for (int share = 0; share <= 4; share++) {
      double y = BOTTOM - share * (BOTTOM - TOP) / 4.0;
      add("<line class=\"rule\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, RIGHT, y, y);
      add(
          "<text class=\"soft\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d %%</text>",
          LEFT - 6, y + 4, share * 25);
    }
    for (double tick : axis.ticks()) {
      double x = axis.place(tick);
      add("<line class=\"rule\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>", x, x, TOP, BOTTOM);
      add(
          "<text class=\"soft\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
          x, BOTTOM + 16, tick(tick));
    }
    add(
        "<text class=\"soft\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s%s</text>",
        RIGHT, BOTTOM + 32, metric.unit(), axis.logarithmic() ? ", logarithmic" : "");
  }

  private static String tick(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%s", (float) value);
  }

  private void curve(Side side, int style, int number) {
    List<Double> figures =
        section.runs().getOrDefault(side, List.of()).stream()
            .flatMap(run -> run.samples().stream())
            .map(metric::of)
            .sorted()
            .toList();
    StringBuilder points = new StringBuilder();
    double before = BOTTOM;
    for (int i = 0; i < figures.size(); i++) {
      double x = axis.place(figures.get(i));
      double y = BOTTOM - (i + 1.0) / figures.size() * (BOTTOM - TOP);
      points.append(String.format(Locale.ROOT, "%.1f,%.1f %.1f,%.1f ", x, before, x, y));
      before = y;
    }
    add("<polyline class=\"line l%d\" points=\"%s\"/>", style, points);
    int x = LEFT + number * 190;
    add("<line class=\"line l%d\" x1=\"%d\" x2=\"%d\" y1=\"14\" y2=\"14\"/>", style, x, x + 26);
    add("<text x=\"%d\" y=\"18\">%s</text>", x + 32, Html.escape(side.name()));
  }

  private void bound() {
    section
        .facts()
        .bound()
        .ifPresent(bound -> {
          double x = axis.place(bound);
          boolean leftOfIt = x > (LEFT + RIGHT) / 2.0;
          add(
              "<line class=\"bound\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
              x, x, TOP - 4, BOTTOM);
          add(
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">bound %s %s</text>",
              x + (leftOfIt ? -5 : 5),
              BOTTOM - 8,
              leftOfIt ? "end" : "start",
              TextTable.number(bound),
              metric.unit());
        });
  }

  private void dots() {
    int y = BOTTOM + 44;
    for (Side side : section.runs().keySet()) {
      add("<line class=\"rule\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>", LEFT, RIGHT, y, y);
      for (Run run : section.runs().getOrDefault(side, List.of())) {
        double last = Summary.last(run, metric);
        add(
            "<circle class=\"%s\" cx=\"%.1f\" cy=\"%d\" r=\"4.5\" fill-opacity=\"0.75\"><title>%s, run %d: last %s %s</title></circle>",
            run.isValid() ? "d" + style(side) : "void",
            axis.place(last),
            y,
            Html.escape(side.name()),
            run.number(),
            TextTable.number(last),
            metric.unit());
      }
      y += ROW;
    }
    add(
        "<text class=\"soft\" x=\"%d\" y=\"%d\">above: share of fetches done; dots: last of each run (hollow: void)</text>",
        LEFT, BOTTOM + 32);
  }

  @FormatMethod
  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
