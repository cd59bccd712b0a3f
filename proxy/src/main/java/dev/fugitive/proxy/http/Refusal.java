package dev.fugitive.proxy.http;

import dev.fugitive.client.fetch.IntegrityException;
import dev.fugitive.client.origin.OutOfReachException;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/**
 * An answer that the proxy gives instead of the origin's: a status and one line of words that names
 * the value and what was expected.
 *
 * @param reason what it is counted under
 * @param status the status code
 * @param words one line of plain text; never a part of the request beyond host and port
 * @param proxyError the error type of RFC 9209 section 2.3
 */
record Refusal(Reason reason, int status, String words, String proxyError) {
  /** What refusals are counted by. */
  enum Reason {
    /**
     * The head's bytes break the grammar, or stand where another parser may read them otherwise.
     */
    MALFORMED_HEAD,
    /** The body's length or its chunks are not stated in one clear way. */
    FRAMING,
    /** No host, two of them, or none that can be one. */
    HOST,
    /** The request target is no URL to fetch. */
    TARGET,
    VERSION,
    TRANSFER_CODING,
    EXPECTATION,
    REQUEST_LINE_TOO_LONG,
    HEAD_TOO_LONG,
    TOO_MANY_FIELDS,
    BODY_TOO_LONG,
    HEAD_TOO_SLOW,
    BODY_TOO_SLOW,
    TOO_MANY_CONNECTIONS,
    LOOP,
    TUNNEL_PORT,
    OUT_OF_REACH,
    MISDIRECTED,
    /** The origin's bytes are no response that can be read in one way only. */
    ORIGIN_MALFORMED,
    ORIGIN_TOO_SLOW,
    ORIGIN_UNREACHABLE,
    ORIGIN_BROKE_OFF,
    INTEGRITY,
    INTERNAL;

    private final String token = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** As it stands in the status report. */
    String token() {
      return token;
    }
  }

  static Refusal malformed(String what) {
    return malformed(Reason.MALFORMED_HEAD, what);
  }

  static Refusal framing(String what) {
    return malformed(Reason.FRAMING, what);
  }

  static Refusal host(String what) {
    return malformed(Reason.HOST, what);
  }

  static Refusal target(String what) {
    return malformed(Reason.TARGET, what);
  }

  private static Refusal malformed(Reason reason, String what) {
    return new Refusal(reason, 400, "malformed request: " + what, "http_request_error");
  }

  /** A line or a part of the head that the parser found too long. */
  static Refusal partTooLong() {
    return new Refusal(Reason.HEAD_TOO_LONG, 431, "request head: too long", "http_request_error");
  }

  static Refusal requestLineTooLong(int limitBytes) {
    return new Refusal(
        Reason.REQUEST_LINE_TOO_LONG,
        414,
        "request line: over " + limitBytes + " bytes (the limit)",
        "http_request_error");
  }

  static Refusal headTooLong(int limitBytes) {
    return new Refusal(
        Reason.HEAD_TOO_LONG,
        431,
        "request head: over " + limitBytes + " bytes (the limit)",
        "http_request_error");
  }

  static Refusal tooManyFields(int limit) {
    return new Refusal(
        Reason.TOO_MANY_FIELDS,
        431,
        "request fields: over " + limit + " (the limit)",
        "http_request_error");
  }

  static Refusal bodyTooLong(long lengthBytes, long limitBytes) {
    return new Refusal(
        Reason.BODY_TOO_LONG,
        413,
        "request body: " + lengthBytes + " bytes (expected: at most " + limitBytes + ")",
        "http_request_error");
  }

  static Refusal headTooSlow(long limitMillis) {
    return new Refusal(
        Reason.HEAD_TOO_SLOW,
        408,
        "request head: not complete after " + limitMillis + " ms",
        "http_request_error");
  }

  static Refusal bodyTooSlow(long limitMillis) {
    return new Refusal(
        Reason.BODY_TOO_SLOW,
        408,
        "request body: nothing arrived for " + limitMillis + " ms",
        "http_request_error");
  }

  static Refusal version(String version) {
    return new Refusal(
        Reason.VERSION,
        505,
        "version: " + version + " (expected: HTTP/1.1 or HTTP/1.0)",
        "http_request_error");
  }

  static Refusal transferCoding(String value) {
    return new Refusal(
        Reason.TRANSFER_CODING,
        501,
        "Transfer-Encoding: " + value + " (expected: chunked)",
        "http_request_error");
  }

  static Refusal expectation(String value) {
    return new Refusal(
        Reason.EXPECTATION,
        417,
        "Expect: " + value + " (expected: 100-continue)",
        "http_request_error");
  }

  static Refusal loop(String what) {
    return new Refusal(Reason.LOOP, 508, what, "proxy_loop_detected");
  }

  static Refusal tunnelPort(Authority target) {
    return new Refusal(
        Reason.TUNNEL_PORT,
        403,
        "CONNECT to port "
            + target.port()
            + " of "
            + target.host()
            + " (expected: 443, 8443, or a host named with --trust-origin)",
        "http_request_denied");
  }

  private static Refusal outOfReach(OutOfReachException target) {
    String where = target.words();
    return target.isOwnPort()
        ? loop(where)
        : new Refusal(
            Reason.OUT_OF_REACH,
            403,
            where + " (expected: another, or a host named with --trust-origin)",
            "destination_ip_prohibited");
  }

  static Refusal misdirected(String host) {
    return new Refusal(
        Reason.MISDIRECTED,
        421,
        "Host: " + host + " (expected: this proxy's own address, or an absolute URL to fetch)",
        "http_request_denied");
  }

  static Refusal misdirectedToMirror(String host) {
    return new Refusal(
        Reason.MISDIRECTED,
        421,
        "Host: " + host + " (expected: this machine's address, its own name or localhost)",
        "http_request_denied");
  }

  static Refusal readOnly(String method) {
    return new Refusal(
        Reason.TARGET,
        405,
        "method: " + method + " (expected: GET or HEAD)",
        "http_request_denied");
  }

  static Refusal notMirrored() {
    return new Refusal(
        Reason.TARGET,
        404,
        "path (expected: /mirror/HOST/PATH of a URL that is mirrored here)",
        "http_request_denied");
  }

  static Refusal misdirectedWithin(Authority target, String host) {
    return new Refusal(
        Reason.MISDIRECTED,
        421,
        "Host: " + host + " (expected: " + target + ", whom this connection was opened to)",
        "http_request_denied");
  }

  static Refusal tooManyConnections(String address, int limit) {
    return new Refusal(
        Reason.TOO_MANY_CONNECTIONS,
        503,
        "connections from " + address + ": over " + limit + " (the limit)",
        "connection_limit_reached");
  }

  /** What a failed fetch is to the client (RFC 9110 sections 15.6.3 and 15.6.5). */
  static Refusal ofFailure(Authority origin, Throwable failure) {
    return switch (failure) {
      case RequestBodyPipe.StalledException stalled -> bodyTooSlow(stalled.limitMillis());
      case IntegrityException mismatch ->
          new Refusal(
              Reason.INTEGRITY,
              502,
              origin + " sent a body without the digest that Fugitive-Integrity names",
              "http_protocol_error");
      case OutOfReachException target -> outOfReach(target);
      case RequestBodyPipe.MalformedException malformed -> malformed.refusal();
      case SocketTimeoutException e ->
          new Refusal(
              Reason.ORIGIN_TOO_SLOW,
              504,
              origin + " did not answer in time",
              "http_response_timeout");
      case UnknownHostException e ->
          new Refusal(
              Reason.ORIGIN_UNREACHABLE,
              502,
              origin.host() + ": no address for this host",
              "dns_error");
      case ConnectException e ->
          new Refusal(
              Reason.ORIGIN_UNREACHABLE,
              502,
              origin + " refused the connection",
              "connection_refused");
      case NoRouteToHostException e ->
          new Refusal(
              Reason.ORIGIN_UNREACHABLE, 502, "no route to " + origin, "destination_ip_unroutable");
      case SSLException e -> {
        TlsFailure tls = TlsFailure.of(e);
        yield new Refusal(
            Reason.ORIGIN_UNREACHABLE, 502, origin + ": " + tls.words(), tls.proxyError());
      }
      case InterruptedIOException e ->
          new Refusal(
              Reason.ORIGIN_TOO_SLOW,
              504,
              origin + " did not answer in time",
              "http_response_timeout");
      case ProtocolException e ->
          new Refusal(
              Reason.ORIGIN_MALFORMED,
              502,
              origin + " sent a malformed response",
              "http_protocol_error");
      case IOException e ->
          new Refusal(
              Reason.ORIGIN_BROKE_OFF,
              502,
              origin + " broke off the connection",
              "connection_terminated");
      default ->
          new Refusal(
              Reason.INTERNAL, 500, "the proxy failed on this request", "proxy_internal_error");
    };
  }

  /** The response; for HEAD its body must not be sent. */
  FullHttpResponse toResponse(boolean withBody, boolean keepAlive) {
    String body = words + "\n";
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status),
            ByteBufUtil.writeUtf8(UnpooledByteBufAllocator.DEFAULT, withBody ? body : ""));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
        .set(HttpHeaderNames.CONTENT_LENGTH, ByteBufUtil.utf8Bytes(body))
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set("X-Content-Type-Options", "nosniff")
        .set("Proxy-Status", "fugitive; error=" + proxyError);
    if (status == HttpResponseStatus.METHOD_NOT_ALLOWED.code()) {
      // RFC 9110 section 15.5.6: it must be there
      response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
    }
    if (!keepAlive) {
      response.headers().set(HttpHeaderNames.CONNECTION, "close");
    }
    return response;
  }
}
