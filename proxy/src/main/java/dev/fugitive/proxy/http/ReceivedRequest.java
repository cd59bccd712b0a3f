package dev.fugitive.proxy.http;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * A request head as it was decoded, with its meaning once that was asked for. Nobody changes one;
 * so it can stand for every request of the same bytes on connections of the same event loop that
 * are routed alike.
 */
final class ReceivedRequest extends DefaultHttpRequest {
  private @Nullable RequestMeaning meaning;

  ReceivedRequest(
      HttpVersion version, HttpMethod method, String uri, HttpHeadersFactory headersFactory) {
    super(version, method, uri, headersFactory);
  }

  /** What it means where requests are routed so, which is the same on every call. */
  RequestMeaning meaning(Routing routing) {
    RequestMeaning known = meaning;
    if (known == null) {
      known = RequestMeaning.of(this, routing);
      meaning = known;
    }
    return known;
  }
}
