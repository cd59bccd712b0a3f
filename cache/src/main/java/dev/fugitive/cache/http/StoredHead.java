package dev.fugitive.cache.http;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The head that is kept of a response, and how a newer head changes it. */
final class StoredHead {
  /**
   * RFC 9111 section 3.2: not taken over from a newer response. {@code Content-Length} by its
   * letter; the rest because the stored bytes depend on it. {@code Set-Cookie} is for one client
   * only.
   */
  private static final Set<String> NOT_UPDATED =
      Set.of("content-length", "content-encoding", "content-range", "set-cookie", "set-cookie2");

  private StoredHead() {}

  /**
   * RFC 9111 section 3.1: all fields are kept except those that concern the connection. RFC 9110
   * section 6.6.1: a recipient with a clock that receives a response without {@code Date} MUST
   * record the time it was received and add the field when it is cached.
   */
  static ResponseHead of(ResponseHead received, Instant responseTime) {
    Fields kept = HopByHop.removeFrom(received.fields());
    if (!kept.has("Date")) {
      kept = kept.with("Date", HttpDate.format(responseTime));
    }
    return new ResponseHead(received.status(), received.reason(), kept);
  }

  /**
   * RFC 9111 section 3.2: "the cache MUST add each header field in the provided response to the
   * stored response, replacing field values that are already present", the exceptions above apart.
   */
  static ResponseHead update(ResponseHead stored, ResponseHead newer, Instant responseTime) {
    List<Fields.Field> added =
        of(newer, responseTime).fields().lines().stream()
            .filter(line -> !NOT_UPDATED.contains(FieldValues.lower(line.name())))
            .toList();
    Fields replacing = new Fields(added);
    // the age that the old response came with says nothing about one that was validated since
    List<Fields.Field> lines = new ArrayList<>();
    for (Fields.Field line : stored.fields().without("Age").lines()) {
      if (!replacing.has(line.name())) {
        lines.add(line);
      }
    }
    lines.addAll(added);
    return new ResponseHead(stored.status(), stored.reason(), new Fields(lines));
  }
}
