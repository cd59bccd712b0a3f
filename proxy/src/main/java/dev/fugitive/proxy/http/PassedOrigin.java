package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The connection that one passed request has to its origin: the head is written anew when it
 * stands, then the body, of which one block at most waits here; what the origin sends is read on
 * demand.
 *
 * <p>It is on the client's event loop, to which all state is confined.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class PassedOrigin {
  /** Who is told what comes from the origin. */
  interface Listener {
    /** A head, of an interim response or of the final one. */
    void onResponse(HttpResponse response);

    /** A block of the body; it is the listener's to release. */
    void onResponseBody(HttpContent content);

    /** All that one read brought has been told. */
    void onReadOver();

    /** It closed the connection. */
    void onOriginGone();

    /** A block of the request's body, not the last, has been written. */
    void onRequestBodyTaken();

    /** It cannot be reached, or no longer, or says nothing. */
    void onFailure(Throwable failure);
  }

  private static final int MAX_RESPONSE_HEAD_BYTES = 128 * 1024;

  private final Route.PassThrough route;
  private final ConnectionContext shared;
  private final Listener listener;
  private final Deque<HttpContent> waitingBody = new ArrayDeque<>();
  private @Nullable CompletableFuture<Channel> dialling;
  private @Nullable Channel channel;

  PassedOrigin(Route.PassThrough route, ConnectionContext shared, Listener listener) {
    this.route = route;
    this.shared = shared;
    this.listener = listener;
  }

  /** Connects on the client's event loop. */
  void open(Channel client) {
    CompletableFuture<Channel> started =
        shared
            .dialer()
            .dial(client.eventLoop(), this::lookUp, route.origin().port(), new Initializer());
    dialling = started;
    started.whenComplete((connected, failure) -> {
      if (connected != null) {
        begin(connected);
      } else if (failure != null && !started.isCancelled()) {
        listener.onFailure(failure);
      }
    });
  }

  /** Blocks: what takes long the first time is done here, not on the event loop. */
  private List<InetAddress> lookUp() throws IOException {
    if (route.tls()) {
      shared.originTls().context();
    }
    return shared.reachable(route.origin());
  }

  private void begin(Channel connected) {
    channel = connected;
    connected.writeAndFlush(head());
    for (HttpContent content = waitingBody.poll(); content != null; content = waitingBody.poll()) {
      write(connected, content);
    }
    connected.read();
  }

  private HttpRequest head() {
    HttpRequest head =
        new DefaultHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.valueOf(route.method()), route.target());
    for (Fields.Field line : route.fields().without("Content-Length").lines()) {
      head.headers().add(line.name(), line.value());
    }
    switch (route.body()) {
      case RequestBodyShape.None none -> {}
      case RequestBodyShape.Sized(long lengthBytes) ->
          head.headers().set(HttpHeaderNames.CONTENT_LENGTH, lengthBytes);
      case RequestBodyShape.Chunked chunked ->
          head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    if (!head.headers().contains(HttpHeaderNames.CONNECTION)) {
      head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return head;
  }

  /** Sends a block of the request's body; the next one follows when it has been taken. */
  void send(HttpContent content) {
    if (channel == null) {
      waitingBody.add(content);
    } else {
      write(channel, content);
    }
  }

  private void write(Channel to, HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    to.writeAndFlush(content)
        .addListener(written -> {
          if (!written.isSuccess()) {
            listener.onFailure(written.cause());
          } else if (!last) {
            listener.onRequestBodyTaken();
          }
        });
  }

  /** Asks for more of the response. */
  void read() {
    if (channel != null) {
      channel.read();
    }
  }

  /** Whether it was connected once, and is no longer. */
  boolean isGone() {
    return channel != null && !channel.isActive();
  }

  /** The connection, for who takes it over; null until there is one. */
  @Nullable Channel channel() {
    return channel;
  }

  /** Takes HTTP's handlers away; what has come behind the last response is handed on. */
  void leavePipeline() {
    if (channel != null) {
      channel.pipeline().remove(Handler.class);
      channel.pipeline().remove(HttpClientCodec.class);
    }
  }

  void close() {
    waitingBody.forEach(ReferenceCountUtil::release);
    waitingBody.clear();
    if (dialling != null) {
      dialling.cancel(false);
    }
    if (channel != null) {
      channel.close();
    }
  }

  private final class Initializer extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel opened) throws SSLException {
      ChannelPipeline pipeline = opened.pipeline();
      if (route.tls()) {
        SslContext tls = shared.originTls().context();
        pipeline.addLast(
            tls.newHandler(opened.alloc(), route.origin().hostToResolve(), route.origin().port()));
      }
      pipeline.addLast(
          new IdleStateHandler(0, 0, shared.limits().writeStallMillis(), TimeUnit.MILLISECONDS));
      pipeline.addLast(codec());
      pipeline.addLast(new Handler());
    }
  }

  /** As strict as towards clients, with room for longer heads. */
  private static HttpClientCodec codec() {
    HttpDecoderConfig config =
        new HttpDecoderConfig()
            .setMaxHeaderSize(MAX_RESPONSE_HEAD_BYTES)
            .setAllowDuplicateContentLengths(false)
            .setStrictLineParsing(true)
            .setValidateHeaders(true)
            .setUseRfc9112TransferEncoding(true);
    return new HttpClientCodec(config, false, true);
  }

  private final class Handler extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof HttpResponse response) {
        listener.onResponse(response);
      } else if (message instanceof HttpContent content) {
        listener.onResponseBody(content);
      } else {
        ReferenceCountUtil.release(message);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      listener.onReadOver();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof IdleStateEvent) {
        listener.onFailure(new SocketTimeoutException("nothing moved"));
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      listener.onOriginGone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      listener.onFailure(cause);
    }
  }
}
