package dev.fugitive.client.jdk;

import dev.fugitive.client.fetch.FetchOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;

/** A request with options for the node; otherwise the request that it was made of. */
final class OptionedRequest extends HttpRequest {
  private final FetchOptions options;
  private final HttpRequest request;

  OptionedRequest(FetchOptions options, HttpRequest request) {
    this.options = options;
    this.request = request instanceof OptionedRequest optioned ? optioned.request : request;
  }

  /** Those of a request; none where it has none. */
  static FetchOptions of(HttpRequest request) {
    return request instanceof OptionedRequest optioned ? optioned.options : FetchOptions.NONE;
  }

  @Override
  public Optional<BodyPublisher> bodyPublisher() {
    return request.bodyPublisher();
  }

  @Override
  public String method() {
    return request.method();
  }

  @Override
  public Optional<Duration> timeout() {
    return request.timeout();
  }

  @Override
  public boolean expectContinue() {
    return request.expectContinue();
  }

  @Override
  public URI uri() {
    return request.uri();
  }

  @Override
  public Optional<HttpClient.Version> version() {
    return request.version();
  }

  @Override
  public HttpHeaders headers() {
    return request.headers();
  }
}
