package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.RequestHead;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Optional;

/**
 * All that follows from the bytes of a request head alone.
 *
 * @param asked what memory may be asked for; empty where it has no answer to such a request
 */
record RequestMeaning(
    RequestTraits traits, boolean bodiless, Route route, Optional<RequestHead> asked) {

  static RequestMeaning of(HttpRequest request, Routing routing) {
    String version = request.protocolVersion().text();
    RequestHead head =
        new RequestHead(request.method().name(), request.uri(), NettyFields.of(request.headers()));
    RequestTraits traits = RequestTraits.of(head.method(), version, head.fields());
    boolean bodiless = RequestBodyShape.of(head.fields()).isEmpty();
    Route route = routing.route(head, version);
    return new RequestMeaning(traits, bodiless, route, asked(route, traits));
  }

  private static Optional<RequestHead> asked(Route route, RequestTraits traits) {
    return route instanceof Route.Fetch fetch
            && fetch.body().isEmpty()
            && traits.keepAlive()
            && !traits.http10()
        ? Optional.of(OkHttpTranslation.head(fetch))
        : Optional.empty();
  }

  /** The same on a connection that must close after it. */
  RequestMeaning closing() {
    return new RequestMeaning(traits.closing(), bodiless, route, Optional.empty());
  }
}
