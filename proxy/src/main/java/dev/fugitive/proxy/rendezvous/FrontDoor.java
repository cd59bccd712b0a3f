package dev.fugitive.proxy.rendezvous;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.function.Supplier;

/**
 * Lets WebSockets of programs through, and answers a plain GET with a page that says how it goes. A
 * request with an {@code Origin} comes from a web page in somebody's browser, which has no business
 * at a rendezvous that may be on that machine's loopback.
 */
final class FrontDoor extends SimpleChannelInboundHandler<FullHttpRequest> {
  private final Supplier<RendezvousCounters> counters;

  FrontDoor(Supplier<RendezvousCounters> counters) {
    super(false);
    this.counters = counters;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    boolean upgrade =
        request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    if (request.headers().contains(HttpHeaderNames.ORIGIN)) {
      answer(context, request, HttpResponseStatus.FORBIDDEN, "For programs, not for web pages.\n");
    } else if (upgrade) {
      context.fireChannelRead(request);
    } else if (!isRead(request.method())) {
      answer(context, request, HttpResponseStatus.METHOD_NOT_ALLOWED, "GET or WebSocket.\n");
    } else if (!request.uri().equals("/")) {
      answer(context, request, HttpResponseStatus.NOT_FOUND, "Only / is here.\n");
    } else {
      answer(context, request, HttpResponseStatus.OK, page(counters.get()));
    }
  }

  private static boolean isRead(HttpMethod method) {
    return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
  }

  private static String page(RendezvousCounters now) {
    return """
    Fugitive rendezvous: ready
    connections %d
    peers %d
    contexts %d
    joins %d
    relays %d
    refusals %d
    """
        .formatted(
            now.connections(),
            now.peers(),
            now.contexts(),
            now.joins(),
            now.relays(),
            now.refusals());
  }

  private static void answer(
      ChannelHandlerContext context,
      FullHttpRequest request,
      HttpResponseStatus status,
      String text) {
    byte[] body = text.getBytes(UTF_8);
    boolean head = request.method().equals(HttpMethod.HEAD);
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(head ? new byte[0] : body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    request.release();
    context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }
}
