package dev.fugitive.proxy.log;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.fetch.FetchSummary;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.JsonObject;
import dev.fugitive.proxy.control.JsonText;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
 * @param error what the failure says of itself, shortened
 */
public record AccessRecord(
    Instant started,
    String method,
    String url,
    int status,
    long durationMillis,
    Map<Provenance, Long> bytes,
    Optional<String> why,
    String end,
    Optional<String> error) {
  private static final int MAX_URL = 4096;
  private static final int MAX_ERROR = 256;

  /** In the order in which JSON has them here: that of their names. */
  private static final List<Provenance> BY_NAME =
      Stream.of(Provenance.values()).sorted(Comparator.comparing(AccessRecord::name)).toList();

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
        name(summary.end()),
        summary.failure().map(words -> shortened(words, MAX_ERROR)));
  }

  private static String withoutCredentials(String text) {
    HttpUrl url = text.indexOf('@') < 0 ? null : HttpUrl.parse(text);
    String harmless =
        url == null ? text : url.newBuilder().username("").password("").build().toString();
    return shortened(harmless, MAX_URL);
  }

  private static String shortened(String text, int maxChars) {
    return text.length() <= maxChars ? text : text.substring(0, maxChars) + "...";
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
    StringBuilder line = new StringBuilder(128 + url.length());
    appendTo(line, new InstantText());
    return line.toString();
  }

  /** Appends the same, field by field: a busy proxy writes tens of thousands of them a second. */
  void appendTo(StringBuilder line, InstantText instants) {
    line.append("{\"bytes\":{");
    String separator = "\"";
    for (Provenance from : BY_NAME) {
      Long count = bytes.get(from);
      if (count != null) {
        line.append(separator).append(name(from)).append("\":").append(count.longValue());
        separator = ",\"";
      }
    }
    line.append("},\"durationMillis\":").append(durationMillis);
    line.append(",\"end\":");
    JsonText.appendString(line, end);
    append(line.append(",\"error\":"), error);
    line.append(",\"method\":");
    JsonText.appendString(line, method);
    line.append(",\"started\":\"");
    instants.append(line, started);
    line.append("\",\"status\":").append(status);
    line.append(",\"url\":");
    JsonText.appendString(line, url);
    append(line.append(",\"why\":"), why);
    line.append('}');
  }

  private static void append(StringBuilder line, Optional<String> text) {
    text.ifPresentOrElse(words -> JsonText.appendString(line, words), () -> line.append("null"));
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
              json.requireText("end"),
              json.text("error")));
    } catch (IOException | ApiException | DateTimeException malformed) {
      return Optional.empty();
    }
  }

  private static String name(FetchSummary.End end) {
    return switch (end) {
      case COMPLETE -> "complete";
      case ABANDONED -> "abandoned";
      case FAILED -> "failed";
    };
  }

  private static String name(Provenance from) {
    return switch (from) {
      case MEMORY -> "memory";
      case DISK -> "disk";
      case TIER1 -> "tier1";
      case TIER2 -> "tier2";
      case ORIGIN -> "origin";
    };
  }
}
