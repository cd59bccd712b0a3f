package dev.fugitive.client.jdk;

import dev.fugitive.client.fetch.FetchOptions;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** The JDK's requests as the node takes them. */
final class Requests {
  /** What the JDK's client calls itself. */
  private static final String USER_AGENT = "Java-http-client/" + System.getProperty("java.version");

  /** Methods that have a body, if an empty one. */
  private static final Set<String> WITH_BODY =
      Set.of("POST", "PUT", "PATCH", "PROPPATCH", "QUERY", "REPORT");

  /** Methods that state no length where they have no body. */
  private static final Set<String> BODILESS = Set.of("GET", "HEAD", "DELETE");

  private Requests() {}

  /**
   * Refuses what the JDK's builder would not have built, and what the node cannot send.
   *
   * @throws IllegalArgumentException where that is so
   */
  static void check(HttpRequest request) {
    // the builder checks method, URI, time limit and fields, restricted ones included
    var unused = HttpRequest.newBuilder(request, (name, value) -> true).build();
    if (request.method().equals("CONNECT")) {
      throw new IllegalArgumentException("method: CONNECT (expected: another)");
    }
    boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
    if (reads && hasBody(request)) {
      throw new IllegalArgumentException(request.method() + ": with a body (expected: none)");
    }
  }

  /** A time in nanoseconds; the most that there is where it is more. */
  static long nanos(Duration time) {
    try {
      return time.toNanos();
    } catch (ArithmeticException tooMuch) {
      return time.isNegative() ? 0 : Long.MAX_VALUE;
    }
  }

  private static boolean hasBody(HttpRequest request) {
    return request.bodyPublisher().filter(body -> body.contentLength() != 0).isPresent();
  }

  /**
   * The same request for the node.
   *
   * @param body from {@link #body}
   */
  static Request of(HttpRequest request, FetchOptions options, Optional<PublishedBody> body) {
    Request.Builder made =
        new Request.Builder()
            .url(request.uri().toString())
            .method(request.method(), body.isPresent() ? body.get() : emptyBody(request));
    request
        .headers()
        .map()
        .forEach((name, values) -> values.forEach(value -> made.addHeader(name, value)));
    if (request.headers().firstValue("User-Agent").isEmpty()) {
      made.header("User-Agent", USER_AGENT);
    }
    if (request.expectContinue()) {
      made.header("Expect", "100-Continue");
    }
    return options.on(made.build());
  }

  /**
   * What the request's publisher gives, to be written once or again; empty where that is nothing.
   */
  static Optional<PublishedBody> body(HttpRequest request) {
    return hasBody(request) ? request.bodyPublisher().map(PublishedBody::new) : Optional.empty();
  }

  private static @Nullable RequestBody emptyBody(HttpRequest request) {
    boolean empty = request.bodyPublisher().isPresent() && !BODILESS.contains(request.method());
    return empty || WITH_BODY.contains(request.method()) ? RequestBody.EMPTY : null;
  }
}
