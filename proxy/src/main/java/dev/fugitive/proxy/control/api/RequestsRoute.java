package dev.fugitive.proxy.control.api;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.evidence.TrustStatus;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import dev.fugitive.proxy.control.live.RequestLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code GET requests}: the last requests with their times, sources, proofs and reasons.
 *
 * @param trust names the keys whose vouchers count
 */
public record RequestsRoute(RequestLog log, Supplier<TrustStatus> trust) implements ApiRoute {
  /** What became visible this much later than it happened is told again. */
  private static final long OVERLAP_NANOS = Duration.ofSeconds(1).toNanos();

  private static final double NANOS_PER_MILLI = 1e6;

  @Override
  public Endpoint endpoint() {
    return Endpoint.secret("requests");
  }

  @Override
  public Object answer(ApiRequest request) throws ApiException {
    long nowNanos = log.nowNanos();
    long since = since(request);
    TrustStatus trusted = trust.get();
    List<Map<String, Object>> requests =
        log.since(since).stream().map(entry -> members(entry, trusted, nowNanos)).toList();
    return Map.of("requests", requests, "cursor", Long.toString(nowNanos - OVERLAP_NANOS));
  }

  private static long since(ApiRequest request) throws ApiException {
    String text = request.parameter("since").orElse("-" + OVERLAP_NANOS);
    if (!text.matches("-?[0-9]{1,18}")) {
      throw ApiException.malformed("since: " + text + " (expected: the cursor of an answer)");
    }
    return Long.parseLong(text);
  }

  private Map<String, Object> members(RequestLog.Entry entry, TrustStatus trusted, long nowNanos) {
    Map<String, Object> members = new HashMap<>();
    members.put("id", entry.id());
    members.put("method", entry.method());
    members.put("url", entry.url());
    members.put("status", entry.status());
    members.put("started", log.at(entry.startNanos()));
    members.put(
        "end", entry.end().map(end -> end.name().toLowerCase(Locale.ROOT)).orElse("running"));
    entry.failure().ifPresent(words -> members.put("error", words));
    members.put("phases", phases(entry, nowNanos));
    members.put("totalMillis", millis(entry.endNanos().orElse(nowNanos) - entry.startNanos()));
    Map<String, Object> bytes = new HashMap<>();
    for (Provenance from : Provenance.values()) {
      bytes.put(from.token(), entry.bytes().getOrDefault(from, 0L));
    }
    members.put("bytes", bytes);
    entry.evidence().ifPresent(evidence -> members.put("evidence", evidence.token()));
    entry.signer().ifPresent(signer -> members.put("vouchedBy", trusted.nameOf(signer)));
    entry
        .why()
        .ifPresent(why -> {
          members.put("why", why.token());
          members.put("whyInWords", Words.of(why));
        });
    return members;
  }

  /** One after the other, from the start to the end. */
  private static List<Map<String, Object>> phases(RequestLog.Entry entry, long nowNanos) {
    List<Map<String, Object>> phases = new ArrayList<>();
    List<RequestLog.Turn> turns = entry.turns();
    for (int i = 0; i < turns.size(); i++) {
      long until =
          i + 1 < turns.size() ? turns.get(i + 1).atNanos() : entry.endNanos().orElse(nowNanos);
      phases.add(
          Map.of(
              "name",
              turns.get(i).phase().token(),
              "millis",
              millis(until - turns.get(i).atNanos())));
    }
    return phases;
  }

  private static double millis(long nanos) {
    return Math.round(nanos / NANOS_PER_MILLI * 1000) / 1000.0;
  }
}
