package dev.fugitive.client.jdk;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** A response of the node as the JDK's programs see it. */
record FugitiveResponse<T extends @Nullable Object>(
    HttpRequest request,
    int statusCode,
    HttpHeaders headers,
    HttpClient.Version version,
    Optional<HttpResponse<T>> previousResponse,
    T body)
    implements HttpResponse<T> {
  @Override
  public Optional<SSLSession> sslSession() {
    return Optional.empty();
  }

  @Override
  public URI uri() {
    return request.uri();
  }

  @Override
  public String toString() {
    return "(" + request.method() + " " + uri() + ") " + statusCode;
  }
}
