package dev.fugitive.proxy.log;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.fetch.FetchSummary;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.Json;
import dev.fugitive.proxy.control.JsonObject;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import okhttp3.HttpUrl;
import okio.ByteString;

/**
 * One line of the access log: a fetch that is over.
 *
 * @param started when the request came
 * @param url without user name and password
 * @param status of the answer; 0 where there was none
 * @param bytes of the body as it was read, by provenance
 * @param why no peer was used, if so
 * @param end how it ended: complete, abandoned or failed
 */
public record AccessRecord(
    Instant started,
    String method,
    String url,
    int status,
    long durationMillis,
    Map<Provenance, Long> bytes,
    Optional<String> why,
    String end) {
  private static final int MAX_URL = 4096;

  public AccessRecord {
    bytes = Map.copyOf(bytes);
  }

  /** What is written of a fetch. */
  static AccessRecord of(FetchSummary summary) {
    return new AccessRecord(
        summary.started(),
        summary.request().method(),
        withoutCredentials(summary.request().url()),
        summary.status(),
        summary.duration().toMillis(),
        summary.source().bytes(),
        summary.source().why().map(why -> why.token()),
        summary.end().name().toLowerCase(Locale.ROOT));
  }

  private static String withoutCredentials(String text) {
    HttpUrl url = text.indexOf('@') < 0 ? null : HttpUrl.parse(text);
    String harmless =
        url == null ? text : url.newBuilder().username("").password("").build().toString();
    return harmless.length() <= MAX_URL ? harmless : harmless.substring(0, MAX_URL) + "...";
  }

  /** All bytes of the body. */
  public long totalBytes() {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Where bytes of the body came from, the most first. */
  public String sources() {
    return bytes.entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .sorted(Map.Entry.<Provenance, Long>comparingByValue().reversed())
        .map(entry -> name(entry.getKey()))
        .collect(Collectors.joining("+"));
  }

  /** One line of JSON, without its end. */
  public String toJson() {
    Map<String, Long> counts = new TreeMap<>();
    bytes.forEach((from, count) -> counts.put(name(from), count));
    return Json.write(
        Map.of(
            "started", started,
            "method", method,
            "url", url,
            "status", status,
            "durationMillis", durationMillis,
            "bytes", counts,
            "why", why,
            "end", end));
  }

  /** Reads a line; empty where it is none, as one that was cut off is not. */
  public static Optional<AccessRecord> parse(String line) {
    try {
      JsonObject json = JsonObject.parse(ByteString.encodeUtf8(line));
      Map<Provenance, Long> bytes = new EnumMap<>(Provenance.class);
      JsonObject counts = json.object("bytes").orElse(JsonObject.EMPTY);
      for (Provenance from : Provenance.values()) {
        bytes.put(from, counts.number(name(from)).orElse(0L));
      }
      return Optional.of(
          new AccessRecord(
              Instant.parse(json.requireText("started")),
              json.requireText("method"),
              json.requireText("url"),
              json.number("status").orElse(0L).intValue(),
              json.number("durationMillis").orElse(0L),
              bytes,
              json.text("why"),
              json.requireText("end")));
    } catch (IOException | ApiException | DateTimeException malformed) {
      return Optional.empty();
    }
  }

  private static String name(Provenance from) {
    return from.name().toLowerCase(Locale.ROOT);
  }
}
