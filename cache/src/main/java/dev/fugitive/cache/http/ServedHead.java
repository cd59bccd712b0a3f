package dev.fugitive.cache.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The heads that a cache sends in answers from its store. */
final class ServedHead {
  /** RFC 9110 section 15.4.5: what a 304 MUST carry of the 200 that it stands for. */
  private static final List<String> IN_NOT_MODIFIED =
      List.of("Cache-Control", "Content-Location", "Date", "ETag", "Expires", "Vary");

  private ServedHead() {}

  static ResponseHead of(
      StoredResponse stored, Duration age, RangeRequest.Servable body, CacheStatus status) {
    return switch (body) {
      case RangeRequest.Whole whole -> whole(stored, age, status);
      case RangeRequest.Part part -> part(stored, age, part, status);
      case RangeRequest.Several several -> several(stored, age, several, status);
    };
  }

  private static ResponseHead whole(StoredResponse stored, Duration age, CacheStatus status) {
    ResponseHead head = stored.head();
    Fields fields = withAge(head.fields(), age);
    // RFC 9110 section 8.6: a server MUST NOT send Content-Length in a 204
    if (head.status() != 204) {
      fields = fields.with("Content-Length", Long.toString(stored.content().length()));
    }
    return new ResponseHead(head.status(), head.reason(), status.appendTo(fields));
  }

  private static ResponseHead part(
      StoredResponse stored, Duration age, RangeRequest.Part part, CacheStatus status) {
    Fields fields =
        withAge(stored.head().fields(), age)
            .with("Content-Length", Long.toString(part.length()))
            .with(
                "Content-Range",
                "bytes %d-%d/%d".formatted(part.first(), part.last(), stored.content().length()));
    return new ResponseHead(206, "Partial Content", status.appendTo(fields));
  }

  /** RFC 9110 section 15.3.7.2: Content-Range MUST NOT be sent in the head of several parts. */
  private static ResponseHead several(
      StoredResponse stored, Duration age, RangeRequest.Several several, CacheStatus status) {
    MultipartRanges body = MultipartRanges.of(stored, several);
    Fields fields =
        withAge(stored.head().fields(), age)
            .with("Content-Type", body.contentType())
            .with("Content-Length", Long.toString(body.length()));
    return new ResponseHead(206, "Partial Content", status.appendTo(fields));
  }

  static ResponseHead notModified(StoredResponse stored, Duration age, CacheStatus status) {
    Fields all = stored.head().fields();
    List<Fields.Field> kept = new ArrayList<>();
    for (Fields.Field line : all.lines()) {
      if (IN_NOT_MODIFIED.stream().anyMatch(line.name()::equalsIgnoreCase)
          || line.name().equalsIgnoreCase("Cache-Status")
          // of use to a client that has no entity tag to go by
          || (line.name().equalsIgnoreCase("Last-Modified") && !all.has("ETag"))) {
        kept.add(line);
      }
    }
    Fields fields = withAge(new Fields(kept), age);
    return new ResponseHead(304, "Not Modified", status.appendTo(fields));
  }

  /** RFC 9111 section 5.2.1.7: only-if-cached and nothing suitable stored. */
  static ResponseHead gatewayTimeout(CacheStatus status) {
    return new ResponseHead(
        504, "Gateway Timeout", status.appendTo(Fields.of("Content-Length", "0")));
  }

  /** RFC 9110 section 15.5.17. */
  static ResponseHead rangeNotSatisfiable(StoredResponse stored, CacheStatus status) {
    Fields fields =
        Fields.of("Content-Range", "bytes */" + stored.content().length(), "Content-Length", "0");
    return new ResponseHead(416, "Range Not Satisfiable", status.appendTo(fields));
  }

  /** RFC 9111 section 4: a cache MUST generate Age, replacing any present in the response. */
  private static Fields withAge(Fields fields, Duration age) {
    return fields.with("Age", Long.toString(Math.min(age.toSeconds(), CacheControl.MAX_SECONDS)));
  }
}
