package dev.fugitive.proxy;

import dev.fugitive.client.evidence.TrustStatus;
import dev.fugitive.client.fetch.Coverage;
import dev.fugitive.client.fetch.NodeStatus;
import dev.fugitive.client.trust.Contradiction;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.Why;
import dev.fugitive.proxy.control.StatusReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import okhttp3.HttpUrl;

/** Tells what of a node's bytes could have been proven, and whose word counts. */
final class EvidenceReport {
  private EvidenceReport() {}

  static StatusReport.Evidence of(NodeStatus status) {
    Coverage coverage = status.fetches().coverage();
    TrustStatus trust = status.trust();
    return new StatusReport.Evidence(
        byName(coverage.evidenced(), EvidenceSource::token),
        byName(coverage.lacking(), Why::token),
        status.documents().documents(),
        status.documents().names(),
        trust.keys().stream().map(EvidenceReport::trusted).toList(),
        trust.contradictions().stream().map(each -> contradiction(each, trust)).toList());
  }

  private static <K> Map<String, Long> byName(Map<K, Long> counts, Function<K, String> name) {
    Map<String, Long> named = new TreeMap<>();
    counts.forEach((key, count) -> named.put(name.apply(key), count));
    return named;
  }

  private static StatusReport.Trusted trusted(TrustStatus.Entry entry) {
    return new StatusReport.Trusted(
        entry.key().key().toString(),
        entry.key().shownName(),
        entry.key().since(),
        entry.followed());
  }

  private static StatusReport.Contradiction contradiction(
      Contradiction contradiction, TrustStatus trust) {
    List<String> by = new ArrayList<>();
    contradiction.signers().forEach(signer -> by.add(trust.nameOf(signer)));
    if (contradiction.documents()) {
      by.add("documents");
    }
    return new StatusReport.Contradiction(contradiction.at(), originOf(contradiction.url()), by);
  }

  /** What anybody on this machine may read: the origin, not the URL. */
  private static String originOf(String url) {
    HttpUrl parsed = HttpUrl.parse(url);
    return parsed == null ? "" : parsed.scheme() + "://" + parsed.host() + ":" + parsed.port();
  }
}
