package dev.fugitive.bench.cdn;

import com.google.errorprone.annotations.FormatMethod;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report for people: one page that needs nothing else. */
final class HtmlReport {
  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>Fugitive beside direct CDN</title>
      <style>
      :root{--ink:#1f2933;--soft:#5b6773;--rule:#d9dfe5;--page:#fbfcfd;--card:#fff;--good:#0f766e;--bad:#b42318}
      @media(prefers-color-scheme:dark){:root{--ink:#e6ebf0;--soft:#9aa7b4;--rule:#313b45;--page:#12171c;--card:#181f26;--good:#2dd4bf;--bad:#f97066}}
      body{margin:0;background:var(--page);color:var(--ink);font:15px/1.55 system-ui,sans-serif}
      main{max-width:1000px;margin:0 auto;padding:32px 20px 80px}
      h1{font-size:26px;margin:0 0 4px}h2{margin:44px 0 2px;font-size:21px}h3{margin:0 0 8px;font-size:16px}
      p{margin:6px 0}.soft{color:var(--soft)}
      section{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:16px 18px;margin:16px 0}
      .wide{overflow-x:auto}table{border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums;width:100%}
      th,td{text-align:right;padding:4px 9px;border-bottom:1px solid var(--rule);white-space:nowrap}
      th{color:var(--soft);font-weight:600}th:first-child,td:first-child{text-align:left}
      tr.peers td{font-weight:600}.bad{color:var(--bad)}
      svg{width:100%;height:auto;display:block}
      details{margin-top:10px;font-size:13.5px}summary{cursor:pointer;color:var(--soft)}
      dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 14px;margin:8px 0;font-size:13.5px}dt{color:var(--soft)}dd{margin:0}
      code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}
      </style></head><body><main>
      """;

  private static final String METHOD =
      """
      <p>Each scenario was run both ways, in turn and in an order drawn for each turn, on the same hosts, with a new random file for each run;
      every body was compared with the origin's by SHA-256. Programs run, and nodes are connected among each other, before the clock starts.
      <b>Median</b> and <b>p99</b> are of all fetches, <b>last</b> is the last finisher of the median run. <b>Copies</b> is what the origin's link
      carried, headers and repetitions included, over the content's length. Runs in which the machine was busier than 80 % are void, hollow in the plots and left out.
      The <b>bound</b> is what no system can beat.</p>
      """;

  private final StringBuilder page = new StringBuilder();

  private HtmlReport() {}

  static String of(List<String> sessions, List<Section> sections) {
    HtmlReport report = new HtmlReport();
    report.page.append(HEAD);
    report.add("<h1>Fugitive beside direct CDN</h1>");
    report.page.append(METHOD);
    report.overview(sections);
    String profile = "";
    for (Section section : sections) {
      if (!section.profile().name().equals(profile)) {
        profile = section.profile().name();
        report.add("<h2 id=\"%s\">%s</h2>", profile, profile);
        report.add("<p class=\"soft\">%s</p>", Html.escape(section.profile().question()));
      }
      report.section(section);
    }
    report.sessions(sessions);
    return report.page.append("</main></body></html>\n").toString();
  }

  private void overview(List<Section> sections) {
    add("<section class=\"wide\"><table><tr><th>scenario</th><th>direct, last</th>");
    add(
        "<th>fugitive, last</th><th>bound</th><th>direct, copies</th><th>fugitive, copies</th></tr>");
    for (Section section : sections) {
      String unit = " " + section.facts().metric().unit();
      Side direct = side(section, false);
      Side peers = side(section, true);
      add(
          "<tr><td><a href=\"#%s\">%s</a></td><td>%s</td><td><b>%s</b></td><td>%s</td><td>%s</td><td><b>%s</b></td></tr>",
          id(section),
          Html.escape(section.facts().title()),
          direct == null ? "" : TextTable.number(section.summary(direct).last()) + unit,
          peers == null ? "" : TextTable.number(section.summary(peers).last()) + unit,
          section.facts().bound().isPresent()
              ? TextTable.number(section.facts().bound().getAsDouble()) + unit
              : "",
          direct == null ? "" : TextTable.number(section.summary(direct).copies()),
          peers == null ? "" : TextTable.number(section.summary(peers).copies()));
    }
    add("</table></section>");
  }

  private static @org.jspecify.annotations.Nullable Side side(Section section, boolean peers) {
    return section.runs().keySet().stream()
        .filter(side -> side.peers() == peers)
        .findFirst()
        .orElse(null);
  }

  static String id(Section section) {
    return section.facts().title().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }

  private void section(Section section) {
    Facts facts = section.facts();
    add("<section id=\"%s\"><h3>%s</h3>", id(section), Html.escape(facts.title()));
    page.append(Plot.of(section));
    table(section);
    add("<dl>");
    facts.setting().forEach(this::pair);
    if (!facts.boundBy().isEmpty()) {
      pair("bound", facts.boundBy());
    }
    facts.aims().forEach(aim -> pair("aim", aim));
    add("</dl>");
    facts.notes().forEach(note -> add("<p class=\"soft\">%s</p>", Html.escape(note)));
    runs(section);
    add("</section>");
  }

  private void pair(String name, String value) {
    add("<dt>%s</dt><dd>%s</dd>", Html.escape(name), Html.escape(value));
  }

  private void table(Section section) {
    String unit = section.facts().metric().unit();
    add(
        "<div class=\"wide\"><table><tr><th>way</th><th>runs</th><th>void</th><th>median, %s</th>",
        unit);
    add("<th>p99, %s</th><th>last, %s</th><th>best to worst</th><th>copies</th>", unit, unit);
    add("<th>from peers</th><th>CPU</th><th>wrong</th></tr>");
    for (Side side : section.runs().keySet()) {
      Summary summary = section.summary(side);
      add(
          "<tr class=\"%s\"><td>%s</td><td>%d</td><td>%d</td><td>%s</td><td>%s</td><td>%s</td><td>%s to %s</td><td>%s</td><td>%s</td><td>%s</td><td%s>%d</td></tr>",
          side.peers() ? "peers" : "",
          Html.escape(side.name()),
          summary.runs(),
          summary.voided(),
          TextTable.number(summary.median()),
          TextTable.number(summary.p99()),
          TextTable.number(summary.last()),
          TextTable.number(summary.bestLast()),
          TextTable.number(summary.worstLast()),
          TextTable.number(summary.copies()),
          TextTable.percent(summary.peerShare()),
          TextTable.percent(summary.cpuShare()),
          summary.wrong() > 0 ? " class=\"bad\"" : "",
          summary.wrong());
    }
    add("</table></div>");
  }

  private void runs(Section section) {
    Metric metric = section.facts().metric();
    add(
        "<details><summary>every run</summary><div class=\"wide\"><table><tr><th>way</th><th>run</th>");
    add(
        "<th>last, %s</th><th>took, s</th><th>egress, bytes</th><th>dropped packets</th>",
        metric.unit());
    add("<th>CPU</th><th>void</th><th>seen besides</th></tr>");
    section
        .runs()
        .forEach((side, runs) -> {
          for (Run run : runs) {
            add(
                "<tr><td>%s</td><td>%d</td><td>%s</td><td>%.1f</td><td>%d</td><td>%d</td><td>%s</td><td>%s</td><td>%s</td></tr>",
                Html.escape(side.name()),
                run.number(),
                TextTable.number(Summary.last(run, metric)),
                run.seconds(),
                run.egressBytes(),
                run.droppedPackets(),
                TextTable.percent(run.cpuShare()),
                run.isValid() ? "" : "void",
                Html.escape(figures(run.figures())));
          }
        });
    add("</table></div></details>");
  }

  private static String figures(Map<String, Double> figures) {
    StringBuilder text = new StringBuilder();
    figures.forEach((name, value) ->
        text.append(text.isEmpty() ? "" : ", ")
            .append(name)
            .append(' ')
            .append(TextTable.number(value)));
    return text.toString();
  }

  private void sessions(List<String> sessions) {
    add("<h2>How to take these figures again</h2>");
    for (String session : sessions) {
      add("<section><dl>");
      for (String fact : session.split("\t", -1)) {
        int colon = fact.indexOf(": ");
        add(
            "<dt>%s</dt><dd><code>%s</code></dd>",
            Html.escape(colon < 0 ? "" : fact.substring(0, colon)),
            Html.escape(fact.substring(colon < 0 ? 0 : colon + 2)));
      }
      add("</dl></section>");
    }
  }

  @FormatMethod
  private void add(String format, Object... values) {
    page.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
