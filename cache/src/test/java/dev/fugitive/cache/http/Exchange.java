package dev.fugitive.cache.http;

import dev.fugitive.cache.content.ContentId;
import java.time.Instant;
import okio.ByteString;

/** Requests, responses and a clock for tests: what is not said is ordinary. */
final class Exchange {
  static final String URL = "http://example.com/a";
  static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");
  static final ContentId CONTENT = new ContentId(ByteString.encodeUtf8("x").sha256(), 1000);

  private Exchange() {}

  static Instant after(long seconds) {
    return T0.plusSeconds(seconds);
  }

  static String date(long seconds) {
    return HttpDate.format(after(seconds));
  }

  static RequestHead get(String... fields) {
    return new RequestHead("GET", URL, Fields.of(fields));
  }

  static RequestHead request(String method, String... fields) {
    return new RequestHead(method, URL, Fields.of(fields));
  }

  static ResponseHead response(int status, String... fields) {
    return new ResponseHead(status, "", Fields.of(fields));
  }

  static ResponseHead ok(String... fields) {
    return response(200, fields);
  }

  /** Stored at {@link #T0} in answer to a plain GET. */
  static StoredResponse stored(String... responseFields) {
    return stored(get(), ok(responseFields));
  }

  static StoredResponse stored(RequestHead request, ResponseHead response) {
    return StoredResponse.of(request, response, T0, T0, CONTENT);
  }
}
