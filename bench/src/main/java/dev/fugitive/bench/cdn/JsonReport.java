package dev.fugitive.bench.cdn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The report for programs. */
final class JsonReport {
  private JsonReport() {}

  static String of(List<String> sessions, List<Section> sections) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("sessions", sessions);
    report.put("scenarios", sections.stream().map(JsonReport::section).toList());
    return IndentedJson.of(report);
  }

  private static Map<String, Object> section(Section section) {
    Facts facts = section.facts();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("profile", section.profile().name());
    json.put("scenario", facts.title());
    json.put("setting", facts.setting());
    json.put("unit", facts.metric().unit());
    json.put("contentBytes", facts.contentBytes());
    facts.bound().ifPresent(bound -> json.put("bound", bound));
    json.put("boundBy", facts.boundBy());
    json.put("aims", facts.aims());
    json.put("notes", facts.notes());
    List<Object> sides = new ArrayList<>();
    section.runs().forEach((side, runs) -> sides.add(side(section, side, runs)));
    json.put("sides", sides);
    return json;
  }

  private static Map<String, Object> side(Section section, Side side, List<Run> runs) {
    Summary summary = section.summary(side);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("side", side.name());
    json.put("peers", side.peers());
    json.put("validRuns", summary.runs());
    json.put("voidRuns", summary.voided());
    json.put("wrongFetches", summary.wrong());
    json.put("median", summary.median());
    json.put("p99", summary.p99());
    json.put("last", summary.last());
    json.put("bestLast", summary.bestLast());
    json.put("worstLast", summary.worstLast());
    json.put("originCopies", summary.copies());
    json.put("peerShare", summary.peerShare());
    json.put("cpuShare", summary.cpuShare());
    json.put("runs", runs.stream().map(run -> run(run, section.facts())).toList());
    return json;
  }

  private static Map<String, Object> run(Run run, Facts facts) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("number", run.number());
    json.put("valid", run.isValid());
    json.put("seconds", run.seconds());
    json.put("egressBytes", run.egressBytes());
    json.put("droppedPackets", run.droppedPackets());
    json.put("cpuShare", run.cpuShare());
    json.put("last", Summary.last(run, facts.metric()));
    json.put("figures", run.figures());
    json.put("fetches", run.samples().stream().map(facts.metric()::of).toList());
    return json;
  }
}
