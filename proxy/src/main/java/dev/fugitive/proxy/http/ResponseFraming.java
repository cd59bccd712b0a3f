package dev.fugitive.proxy.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * How a response's end is marked for the client (RFC 9112 section 6.3).
 *
 * @param kind what marks it
 * @param lengthBytes the length, or -1 where none is stated
 * @param keepAlive whether the connection goes on after it
 */
record ResponseFraming(Kind kind, long lengthBytes, boolean keepAlive) {
  /** What marks the end of a response. */
  enum Kind {
    /** No body follows, whatever the fields say. */
    NO_BODY,
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE
  }

  /**
   * Decides. The length is that of the representation as the origin stated it, -1 if it did not;
   * where no body follows it is only stated.
   */
  static ResponseFraming decide(
      RequestTraits request, int status, long lengthBytes, boolean requestBodyRead) {
    boolean keepAlive = request.keepAlive() && requestBodyRead;
    if (status == 204 || status < 200) {
      return new ResponseFraming(Kind.NO_BODY, -1, keepAlive);
    }
    if (request.isHead() || status == 304) {
      return new ResponseFraming(Kind.NO_BODY, lengthBytes, keepAlive);
    }
    if (lengthBytes >= 0) {
      return new ResponseFraming(Kind.LENGTH, lengthBytes, keepAlive);
    }
    return request.http10()
        ? new ResponseFraming(Kind.UNTIL_CLOSE, -1, false)
        : new ResponseFraming(Kind.CHUNKED, -1, keepAlive);
  }

  /** Writes the decision into a head that carries no framing fields yet. */
  void applyTo(HttpHeaders headers, RequestTraits request) {
    if (lengthBytes >= 0) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, lengthBytes);
    }
    if (kind == Kind.CHUNKED) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    if (!keepAlive) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (request.http10()) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
  }
}
