package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.client.origin.InterimResponses;
import dev.fugitive.client.transfer.OriginRanges;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.Headers;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;

/**
 * Ranges of one representation from its origin (RFC 9110 sections 13.1.5, 14.2): another
 * representation is never mixed in.
 */
final class OriginRequests implements OriginRanges {
  /** What a client may ask of the origin that is not for us to ask. */
  private static final List<String> CONDITIONAL =
      List.of("Range", "If-Range", "If-None-Match", "If-Modified-Since");

  private final Call.Factory origin;
  private final Request request;
  private final StoredResponse representation;
  private final FetchTrace trace;
  private volatile boolean ignoresRanges;

  OriginRequests(
      Call.Factory origin, Request request, StoredResponse representation, FetchTrace trace) {
    this.origin = origin;
    this.request = request;
    this.representation = representation;
    this.trace = trace;
  }

  /**
   * The same, for who cannot check the bytes against a tree: empty where no validator ties the
   * origin's answer to the representation.
   */
  static Optional<OriginRanges> validated(
      Call.Factory origin, Request request, StoredResponse representation, FetchTrace trace) {
    boolean strong = representation.entityTag().filter(tag -> !tag.weak()).isPresent();
    return strong
        ? Optional.of(new OriginRequests(origin, request, representation, trace))
        : Optional.empty();
  }

  @Override
  public Source open(long fromByte, long untilByte) throws IOException {
    long length = representation.content().length();
    boolean whole = fromByte == 0 && untilByte == length;
    Optional<Response> ahead = whole ? ahead() : Optional.empty();
    if (ahead.isPresent()) {
      return ahead.get().body().source();
    }
    Call call = origin.newCall(whole ? plain() : ranged(fromByte, untilByte));
    Response response = call.execute();
    if (isWhole(response)) {
      ignoresRanges |= !whole;
      // RFC 9110 section 14.2: an origin may ignore Range; what comes before it is read over
      return from(fromByte, cancelledOnClose(call, response.body().source()));
    }
    if (!isPart(response, fromByte, untilByte)) {
      response.close();
      throw new IOException(
          "origin's answer: %d %s (expected: bytes %d-%d/%d of the same representation)"
              .formatted(
                  response.code(),
                  response.header("Content-Range", "without Content-Range"),
                  fromByte,
                  untilByte - 1,
                  length));
    }
    return cancelledOnClose(call, response.body().source());
  }

  /** What was asked before it was known that others have it, if it is this representation. */
  private Optional<Response> ahead() throws IOException {
    Optional<HeadStart> start = trace.ahead();
    Optional<Response> taken = start.isPresent() ? start.get().take() : Optional.empty();
    if (taken.isPresent() && !isWhole(taken.get())) {
      taken.get().close();
      return Optional.empty();
    }
    return taken;
  }

  @Override
  public boolean ignoresRanges() {
    return ignoresRanges;
  }

  private Request plain() {
    // interim responses precede the head, which the client has had
    return trace
        .upstream()
        .attachTo(request)
        .newBuilder()
        .headers(unconditional())
        .tag(InterimResponses.class, null)
        .build();
  }

  private Headers unconditional() {
    Headers.Builder headers = request.headers().newBuilder();
    CONDITIONAL.forEach(headers::removeAll);
    return headers.build();
  }

  private Request ranged(long fromByte, long untilByte) {
    Request.Builder ranged =
        plain().newBuilder().header("Range", "bytes=" + fromByte + "-" + (untilByte - 1));
    // RFC 9110 section 13.1.5: If-Range takes a strong entity tag, or a date that counts as strong
    representation
        .entityTag()
        .filter(tag -> !tag.weak())
        .map(Object::toString)
        .or(() -> representation.head().fields().first("Last-Modified"))
        .ifPresent(validator -> ranged.header("If-Range", validator));
    return ranged.build();
  }

  private boolean isWhole(Response response) {
    return response.code() == 200
        && response.body().contentLength() == representation.content().length()
        && sameValidators(response);
  }

  private boolean isPart(Response response, long fromByte, long untilByte) {
    long length = representation.content().length();
    String expected = "bytes %d-%d/%d".formatted(fromByte, untilByte - 1, length);
    return response.code() == 206
        && expected.equals(response.header("Content-Range"))
        && sameValidators(response);
  }

  private boolean sameValidators(Response response) {
    Fields stated = representation.head().fields();
    boolean sameCoding =
        Objects.equals(
            stated.first("Content-Encoding").orElse(null), response.header("Content-Encoding"));
    return sameCoding
        && stated
            .first("ETag")
            .map(tag -> tag.equals(response.header("ETag")))
            .or(() ->
                stated
                    .first("Last-Modified")
                    .map(date -> date.equals(response.header("Last-Modified"))))
            // nothing says what it is: the tree will, with the last chunk at the latest
            .orElse(true);
  }

  private static Source from(long fromByte, Source body) throws IOException {
    BufferedSource buffered = Okio.buffer(body);
    try {
      buffered.skip(fromByte);
      return buffered;
    } catch (IOException e) {
      buffered.close();
      throw e;
    }
  }

  /** OkHttp would read on for a while to save the connection; here the rest is not wanted. */
  private static Source cancelledOnClose(Call call, Source body) {
    return new ForwardingSource(body) {
      @Override
      public void close() throws IOException {
        call.cancel();
        super.close();
      }
    };
  }
}
