package dev.fugitive.client.fetch;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import okio.Buffer;
import okio.ByteString;

/** An origin that answers GET and HEAD for what was published, and counts who asked for bodies. */
final class TestOrigin extends Dispatcher {
  private final Map<String, Published> published = new ConcurrentHashMap<>();
  private final AtomicInteger gets = new AtomicInteger();

  private record Published(ByteString body, Map<String, String> fields) {}

  /** Publishes a body that may be stored for a minute unless one of these fields says otherwise. */
  void publish(String path, ByteString body, Map<String, String> fields) {
    published.put(path, new Published(body, fields));
  }

  void publish(String path, ByteString body) {
    publish(path, body, Map.of());
  }

  /** How many bodies were asked for. */
  int gets() {
    return gets.get();
  }

  @Override
  public MockResponse dispatch(RecordedRequest request) {
    return Optional.ofNullable(published.get(request.getUrl().encodedPath()))
        .map(found -> answer(request, found))
        .orElseGet(() -> new MockResponse.Builder().code(404).build());
  }

  private MockResponse answer(RecordedRequest request, Published found) {
    MockResponse.Builder answer =
        new MockResponse.Builder().addHeader("Cache-Control", "max-age=60");
    found.fields().forEach(answer::setHeader);
    if (request.getMethod().equals("HEAD")) {
      return answer.setHeader("Content-Length", found.body().size()).build();
    }
    gets.incrementAndGet();
    return answer.body(new Buffer().write(found.body())).build();
  }
}
