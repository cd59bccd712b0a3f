package dev.fugitive.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Between the frames of one HTTP/2 stream and the messages of HTTP/1.1, in which everything behind
 * it thinks (RFC 9113 section 8).
 *
 * <p>A request comes out only if it could have been written in HTTP/1.1 without meaning something
 * else there: what {@link HeadScan} refuses of bytes, this refuses of fields.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class StreamMessages extends ChannelDuplexHandler {
  /** RFC 9113 section 8.2.2: fields of the connection, which an HTTP/2 message must not have. */
  private static final Set<String> OF_THE_CONNECTION =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "upgrade",
          "http2-settings");

  private final FrontEndSettings.Limits limits;
  private boolean headRead;
  private boolean requestEnded;
  private boolean responseEnded;

  StreamMessages(FrontEndSettings.Limits limits) {
    this.limits = limits;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    switch (frame) {
      case Http2HeadersFrame head when !headRead -> onHead(ctx, head);
      case Http2HeadersFrame trailers -> end(ctx, LastHttpContent.EMPTY_LAST_CONTENT);
      case Http2DataFrame data when data.isEndStream() ->
          end(ctx, new DefaultLastHttpContent(data.content()));
      case Http2DataFrame data -> ctx.fireChannelRead(new DefaultHttpContent(data.content()));
      default -> ReferenceCountUtil.release(frame);
    }
  }

  private void end(ChannelHandlerContext ctx, LastHttpContent last) {
    requestEnded = true;
    ctx.fireChannelRead(last);
  }

  private void onHead(ChannelHandlerContext ctx, Http2HeadersFrame frame) {
    headRead = true;
    try {
      ctx.fireChannelRead(request(frame.headers(), frame.isEndStream()));
    } catch (RefusedException refused) {
      requestEnded = frame.isEndStream();
      ctx.fireChannelRead(refused.refusal);
      return;
    }
    if (frame.isEndStream()) {
      end(ctx, LastHttpContent.EMPTY_LAST_CONTENT);
    }
  }

  private static final class RefusedException extends Exception {
    private final transient Refusal refusal;

    RefusedException(Refusal refusal) {
      super(refusal.words(), null, false, false);
      this.refusal = refusal;
    }
  }

  private static void require(boolean holds, String what) throws RefusedException {
    if (!holds) {
      throw new RefusedException(Refusal.malformed(what));
    }
  }

  /** RFC 9113 sections 8.2 and 8.3.1. */
  private HttpRequest request(Http2Headers fields, boolean ended) throws RefusedException {
    String method = text(fields.method());
    require(!method.isEmpty() && method.chars().allMatch(HeadScan::isTokenByte), ":method");
    require(!method.equals("CONNECT"), "CONNECT inside a tunnel");
    require(text(fields.scheme()).equals("https"), ":scheme (expected: https)");
    HttpRequest request =
        new DefaultHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), path(text(fields.path())));
    List<String> cookies = new ArrayList<>();
    int count = 0;
    for (Map.Entry<CharSequence, CharSequence> field : fields) {
      String name = field.getKey().toString();
      if (++count > limits.fieldCount() + 4) {
        throw new RefusedException(Refusal.tooManyFields(limits.fieldCount()));
      }
      if (!name.startsWith(":")) {
        check(name, field.getValue().toString());
        if (name.equals("cookie")) {
          cookies.add(field.getValue().toString());
        } else {
          request.headers().add(name, field.getValue().toString());
        }
      }
    }
    if (!cookies.isEmpty()) {
      // RFC 9113 section 8.2.3
      request.headers().set(HttpHeaderNames.COOKIE, String.join("; ", cookies));
    }
    nameHost(request.headers(), text(fields.authority()));
    if (!ended && !request.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
      request.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    return request;
  }

  private String path(String path) throws RefusedException {
    if (path.length() > limits.requestLineBytes()) {
      throw new RefusedException(Refusal.requestLineTooLong(limits.requestLineBytes()));
    }
    require(path.startsWith("/") || path.equals("*"), ":path (expected: a path or *)");
    require(path.chars().allMatch(value -> value > ' ' && value < 0x7f), ":path");
    return path;
  }

  /** RFC 9113 section 8.2.1, and what RFC 9112 could not carry. */
  private static void check(String name, String value) throws RefusedException {
    require(
        !name.isEmpty()
            && name.chars().allMatch(HeadScan::isTokenByte)
            && name.equals(name.toLowerCase(Locale.ROOT)),
        "field name");
    require(
        value
            .chars()
            .allMatch(each -> each == '\t' || (each >= ' ' && each != 0x7f && each <= 0xff)),
        "field value");
    require(!OF_THE_CONNECTION.contains(name), name + " in HTTP/2");
    require(!name.equals("te") || value.equals("trailers"), "te in HTTP/2");
  }

  /** RFC 9113 section 8.3.1: one authority; a Host that names another is not believed. */
  private static void nameHost(HttpHeaders headers, String authority) throws RefusedException {
    if (authority.isEmpty()) {
      return;
    }
    List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
    require(
        hosts.stream().allMatch(host -> host.equalsIgnoreCase(authority)),
        "Host other than :authority");
    headers.set(HttpHeaderNames.HOST, authority);
  }

  private static String text(CharSequence value) {
    return value == null ? "" : value.toString();
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ChannelPromise done = promise.unvoid();
    switch (message) {
      case FullHttpResponse whole -> writeWhole(ctx, whole, done);
      case HttpResponse head -> ctx.write(new DefaultHttp2HeadersFrame(fields(head), false), done);
      case LastHttpContent last -> writeLast(ctx, last, done);
      case HttpContent content -> writeContent(ctx, content, done);
      default -> ctx.write(message, done);
    }
  }

  private void writeWhole(ChannelHandlerContext ctx, FullHttpResponse whole, ChannelPromise done) {
    boolean interim = whole.status().code() < 200;
    ByteBuf body = whole.content();
    boolean headOnly = !body.isReadable();
    responseEnded |= !interim;
    Http2HeadersFrame head = new DefaultHttp2HeadersFrame(fields(whole), !interim && headOnly);
    if (headOnly) {
      whole.release();
      ctx.write(head, done);
    } else {
      ctx.write(head);
      ctx.write(new DefaultHttp2DataFrame(body, true), done);
    }
  }

  private void writeLast(ChannelHandlerContext ctx, LastHttpContent last, ChannelPromise done) {
    responseEnded = true;
    if (last.trailingHeaders().isEmpty()) {
      ctx.write(new DefaultHttp2DataFrame(last.content(), true), done);
      return;
    }
    Http2Headers trailers = new DefaultHttp2Headers(false);
    addTo(trailers, last.trailingHeaders());
    ctx.write(new DefaultHttp2DataFrame(last.content(), false));
    ctx.write(new DefaultHttp2HeadersFrame(trailers, true), done);
  }

  private static void writeContent(
      ChannelHandlerContext ctx, HttpContent content, ChannelPromise done) {
    if (content.content().isReadable()) {
      ctx.write(new DefaultHttp2DataFrame(content.content(), false), done);
    } else {
      content.release();
      done.setSuccess();
    }
  }

  private static Http2Headers fields(HttpResponse head) {
    Http2Headers fields = new DefaultHttp2Headers(false);
    fields.status(head.status().codeAsText());
    addTo(fields, head.headers());
    return fields;
  }

  private static void addTo(Http2Headers fields, HttpHeaders headers) {
    headers
        .iteratorCharSequence()
        .forEachRemaining(field -> {
          String name = field.getKey().toString().toLowerCase(Locale.ROOT);
          if (!OF_THE_CONNECTION.contains(name)) {
            fields.add(name, field.getValue());
          }
        });
  }

  /**
   * RFC 9113 section 8.1: a whole answer to an unfinished request ends its stream without error.
   */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (ctx.channel().isActive() && !(responseEnded && requestEnded)) {
      Http2Error reason = responseEnded ? Http2Error.NO_ERROR : Http2Error.INTERNAL_ERROR;
      ctx.writeAndFlush(new DefaultHttp2ResetFrame(reason));
    }
    ctx.close(promise);
  }
}
