package dev.fugitive.cache.index;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.StoredResponse;
import java.time.Instant;
import okio.ByteString;

/** Stored responses for tests, told apart by a revision. */
final class Responses {
  private static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");

  private Responses() {}

  static String url(int number) {
    return "http://example.com/" + number;
  }

  static ResourceKey key(int number) {
    return ResourceKey.primary("GET", url(number));
  }

  static ContentId content(int number) {
    return new ContentId(ByteString.encodeUtf8("content " + number).sha256(), 1 + Math.abs(number));
  }

  static StoredResponse response(int number, int revision) {
    return variant(number, "gzip", revision);
  }

  /** With the content of the resource's own number. */
  static StoredResponse variant(int number, String coding, int revision) {
    return variant(number, coding, revision, content(number));
  }

  static StoredResponse variant(int number, String coding, int revision, ContentId content) {
    RequestHead request = new RequestHead("GET", url(number), Fields.of("Accept-Encoding", coding));
    ResponseHead head =
        new ResponseHead(
            200,
            "OK",
            Fields.of(
                "Cache-Control", "max-age=60",
                "Vary", "Accept-Encoding",
                "Revision", Integer.toString(revision),
                "Accented", "caf\u00e9"));
    return StoredResponse.of(request, head, T0, T0.plusMillis(1), content);
  }
}
