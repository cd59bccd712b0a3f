package dev.fugitive.proxy.http;

import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Trailers on a response that passes through, for a client that asked for them (RFC 9110 sections
 * 6.5, 10.1.4).
 *
 * <p>Fields that frame, route, authenticate, select or cache come too late behind a body, and a
 * recipient that merges them into the head would be misled by them (section 6.5.1): they are
 * dropped. Trailers of requests, and of responses that are stored, are dropped whole.
 */
final class Trailers {
  private static final int MAX_FIELDS = 32;

  private static final Set<String> TOO_LATE =
      Set.of(
          "host",
          "content-length",
          "content-type",
          "content-encoding",
          "content-range",
          "content-location",
          "transfer-encoding",
          "trailer",
          "te",
          "connection",
          "keep-alive",
          "upgrade",
          "location",
          "set-cookie",
          "authorization",
          "www-authenticate",
          "cache-control",
          "expires",
          "age",
          "date",
          "vary",
          "via",
          "pragma",
          "retry-after",
          "warning",
          "expect",
          "max-forwards",
          "range");

  private Trailers() {}

  /** The end of a body, with what of these may follow it. */
  static LastHttpContent end(HttpHeaders received) {
    LastHttpContent end = new DefaultLastHttpContent();
    int left = MAX_FIELDS;
    for (Map.Entry<String, String> line : received) {
      String name = line.getKey().toLowerCase(Locale.ROOT);
      if (left > 0 && !TOO_LATE.contains(name) && !name.startsWith("proxy-")) {
        end.trailingHeaders().add(line.getKey(), line.getValue());
        left--;
      }
    }
    return end;
  }
}
