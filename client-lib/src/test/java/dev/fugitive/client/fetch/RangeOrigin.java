package dev.fugitive.client.fetch;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import okio.Buffer;
import okio.ByteString;

/**
 * An origin with one body under every path, which honours Range and If-Range unless told not to.
 */
final class RangeOrigin extends Dispatcher {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

  /** What it sends now. */
  private record Representation(ByteString body, String entityTag) {}

  private volatile Representation current;
  private volatile boolean ignoringRanges;
  private volatile boolean refusing;
  private volatile Optional<String> lastRange = Optional.empty();

  RangeOrigin(ByteString body) {
    this.current = new Representation(body, "\"1\"");
  }

  ByteString body() {
    return current.body();
  }

  /** The range of the last request that had one. */
  Optional<String> lastRange() {
    return lastRange;
  }

  void change(ByteString body, String entityTag) {
    current = new Representation(body, entityTag);
  }

  void ignoreRanges() {
    ignoringRanges = true;
  }

  /** Answers whatever is asked from now on with 503. */
  void refuse() {
    refusing = true;
  }

  @Override
  public MockResponse dispatch(RecordedRequest request) {
    if (refusing) {
      return new MockResponse.Builder().code(503).build();
    }
    Representation sent = current;
    MockResponse.Builder response =
        new MockResponse.Builder()
            .addHeader("Cache-Control", "max-age=60")
            .addHeader("ETag", sent.entityTag());
    String range = request.getHeaders().get("Range");
    String condition = request.getHeaders().get("If-Range");
    boolean holds = condition == null || condition.equals(sent.entityTag());
    if (range == null || ignoringRanges || !holds) {
      return HeadAware.answer(request, response, sent.body());
    }
    lastRange = Optional.of(range);
    Matcher bounds = RANGE.matcher(range);
    if (!bounds.matches()) {
      throw new IllegalArgumentException("range: " + range + " (expected: bytes=N-M)");
    }
    int first = Integer.parseInt(bounds.group(1));
    int last = Integer.parseInt(bounds.group(2));
    return response
        .code(206)
        .addHeader("Content-Range", "bytes %d-%d/%d".formatted(first, last, sent.body().size()))
        .body(new Buffer().write(sent.body().substring(first, last + 1)))
        .build();
  }
}
