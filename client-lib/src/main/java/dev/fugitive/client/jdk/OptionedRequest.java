package dev.fugitive.client.jdk;

import dev.fugitive.client.fetch.FetchOptions;
import java.net.http.HttpRequest;

/** A request with options for the node; otherwise the request that it was made of. */
final class OptionedRequest extends ForwardingRequest {
  private final FetchOptions options;

  OptionedRequest(FetchOptions options, HttpRequest request) {
    super(request instanceof OptionedRequest optioned ? optioned.forwarded() : request);
    this.options = options;
  }

  /** Those of a request; none where it has none. */
  static FetchOptions of(HttpRequest request) {
    return request instanceof OptionedRequest optioned ? optioned.options : FetchOptions.NONE;
  }
}
