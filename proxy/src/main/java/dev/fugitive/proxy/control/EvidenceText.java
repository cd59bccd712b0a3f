package dev.fugitive.proxy.control;

import static java.util.Map.entry;

import dev.fugitive.proxy.config.ByteSize;
import java.util.Comparator;
import java.util.Map;
import java.util.function.BiConsumer;

/** What a status report says of evidence, in the two forms it is asked for. */
final class EvidenceText {
  private EvidenceText() {}

  static Map<String, Object> members(StatusReport.Evidence evidence) {
    return Map.ofEntries(
        entry("bytes", evidence.bytes()),
        entry("bytesWith", evidence.bytesWith()),
        entry("bytesByKind", evidence.bytesByKind()),
        entry("bytesWithout", evidence.bytesWithout()),
        entry("documents", evidence.documents()),
        entry("documentNames", evidence.documentNames()),
        entry("trusted", evidence.trusted().stream().map(EvidenceText::trusted).toList()),
        entry(
            "contradictions",
            evidence.contradictions().stream().map(EvidenceText::contradiction).toList()));
  }

  private static Map<String, Object> trusted(StatusReport.Trusted trusted) {
    return Map.of(
        "key", trusted.key(),
        "name", trusted.name(),
        "since", trusted.since(),
        "vouchers", trusted.vouchers());
  }

  private static Map<String, Object> contradiction(StatusReport.Contradiction contradiction) {
    return Map.of("at", contradiction.at(), "url", contradiction.url(), "by", contradiction.by());
  }

  static void plain(StatusReport.Evidence evidence, BiConsumer<String, String> line) {
    line.accept(
        "had evidence",
        ByteSize.format(evidence.bytesWith())
            + " of "
            + ByteSize.format(evidence.bytes())
            + " that came from outside");
    sorted(evidence.bytesByKind(), "  by ", line);
    sorted(evidence.bytesWithout(), "  not: ", line);
    if (evidence.documents() > 0) {
      line.accept(
          "documents", evidence.documents() + ", naming " + evidence.documentNames() + " URLs");
    }
    for (StatusReport.Trusted trusted : evidence.trusted()) {
      line.accept(
          "trusted",
          trusted.name() + ", vouchers followed: " + trusted.vouchers() + ", " + trusted.key());
    }
    for (StatusReport.Contradiction each : evidence.contradictions()) {
      line.accept(
          "contradiction", each.at() + " " + each.url() + " by " + String.join(", ", each.by()));
    }
  }

  /** The most bytes first. */
  private static void sorted(
      Map<String, Long> bytes, String prefix, BiConsumer<String, String> line) {
    bytes.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .forEach(each -> line.accept(prefix + each.getKey(), ByteSize.format(each.getValue())));
  }
}
