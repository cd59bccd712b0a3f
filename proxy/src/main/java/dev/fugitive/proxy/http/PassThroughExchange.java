package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.HopByHop;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A request that the fetch path cannot express, given to the origin on a connection of its own: the
 * parsed head written anew, then the bodies both ways, each block read when the one before has been
 * written. When the origin switches protocols (RFC 9110 section 15.2.2) both ends become a tunnel.
 *
 * <p>Both channels are on one event loop, to which all state is confined.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class PassThroughExchange implements Exchange {
  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
  private static final int MAX_INTERIM_RESPONSES = 16;
  private static final int MAX_RESPONSE_HEAD_BYTES = 128 * 1024;

  private final ClientConnection connection;
  private final Route.PassThrough route;
  private final RequestTraits request;
  private final ConnectionContext shared;
  private final Deque<HttpContent> waitingBody = new ArrayDeque<>();

  /** What one read brought behind a head that is held: 64 KiB at most. */
  private final Deque<HttpContent> heldBack = new ArrayDeque<>();

  private @Nullable CompletableFuture<Channel> dialling;
  private @Nullable Channel origin;
  private @Nullable ResponseFraming framing;
  private boolean ended;
  private boolean held;
  private int interimResponses;

  PassThroughExchange(
      ClientConnection connection,
      Route.PassThrough route,
      RequestTraits request,
      ConnectionContext shared) {
    this.connection = connection;
    this.route = route;
    this.request = request;
    this.shared = shared;
  }

  void start() {
    CompletableFuture<Channel> started =
        shared
            .dialer()
            .dial(
                connection.channel().eventLoop(),
                this::lookUp,
                route.origin().port(),
                new OriginInitializer());
    dialling = started;
    started.whenComplete((channel, failure) -> {
      if (channel != null) {
        connected(channel);
      } else if (failure != null && !started.isCancelled()) {
        fail(failure);
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

  /** One block at most waits here: the next read follows the block's write. */
  @Override
  public void onRequestBody(HttpContent content) {
    if (ended) {
      content.release();
    } else if (origin == null) {
      waitingBody.add(content);
    } else {
      sendBody(origin, content);
    }
  }

  @Override
  public void onMalformedBody(Refusal refusal) {
    if (framing == null) {
      connection.refuseSoon(this, refusal);
    } else {
      connection.abandonSoon(this);
    }
    end();
  }

  @Override
  public void onClientGone() {
    end();
  }

  /** The origin is read only while the client takes what was written. */
  @Override
  public void onWritabilityChanged() {
    readOn();
  }

  private void connected(Channel channel) {
    origin = channel;
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
    channel.writeAndFlush(head);
    for (HttpContent content = waitingBody.poll(); content != null; content = waitingBody.poll()) {
      sendBody(channel, content);
    }
    channel.read();
  }

  private void sendBody(Channel channel, HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    channel
        .writeAndFlush(content)
        .addListener(written -> {
          if (!written.isSuccess()) {
            fail(written.cause());
          } else if (!last) {
            connection.wantRead();
          }
        });
  }

  private void onResponse(HttpResponse response) {
    if (ended || held || framing != null) {
      // the answer has been given or begun: what follows it is nobody's
      ReferenceCountUtil.release(response);
      return;
    }
    int status = response.status().code();
    if (response.decoderResult().isFailure()) {
      fail(new ProtocolException("response head: " + response.decoderResult().cause()));
    } else if (status == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
      switchIfAsked(response);
    } else if (status < 200) {
      sendInterim(response, status);
    } else if (!SAFE_METHODS.contains(route.method())) {
      sendHeadOnceForgotten(response, status);
    } else {
      sendHead(response, status);
    }
  }

  /** RFC 9110 section 15.2: forwarded; a 100 to whom asked for it, nothing to HTTP/1.0. */
  private void sendInterim(HttpResponse response, int status) {
    if (++interimResponses > MAX_INTERIM_RESPONSES) {
      fail(new ProtocolException("interim responses: over " + MAX_INTERIM_RESPONSES));
      return;
    }
    if (request.http10() || (status == 100 && !request.expectsContinue())) {
      return;
    }
    Fields fields = NettyFields.of(response.headers());
    connection
        .channel()
        .writeAndFlush(OkHttpTranslation.interim(status, shared.pseudonym().addTo(fields, "1.1")));
  }

  /** Nothing more is read from the origin until what this answer makes invalid is forgotten. */
  private void sendHeadOnceForgotten(HttpResponse response, int status) {
    held = true;
    RequestHead asked = new RequestHead(route.method(), route.url(), route.fields());
    ResponseHead answer =
        new ResponseHead(
            status, response.status().reasonPhrase(), NettyFields.of(response.headers()));
    shared
        .executor()
        .execute(() -> {
          shared.passedBy().answered(asked, answer);
          connection.channel().eventLoop().execute(() -> goOn(response, status));
        });
  }

  private void goOn(HttpResponse response, int status) {
    held = false;
    if (ended) {
      return;
    }
    sendHead(response, status);
    for (HttpContent content = heldBack.poll(); content != null; content = heldBack.poll()) {
      onResponseBody(content);
    }
    if (origin != null && !origin.isActive()) {
      fail(new EOFException("the origin closed the connection"));
    }
    readOn();
  }

  private void sendHead(HttpResponse response, int status) {
    String length = response.headers().get(HttpHeaderNames.CONTENT_LENGTH);
    boolean stated =
        length != null
            && length.matches("[0-9]{1,18}")
            && !response.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
    framing =
        ResponseFraming.decide(
            request, status, stated ? Long.parseLong(length) : -1, connection.isRequestRead());
    try {
      Fields onward =
          shared
              .pseudonym()
              .addTo(
                  HopByHop.removeFrom(NettyFields.of(response.headers())).without("Content-Length"),
                  "1.1");
      HttpResponse head = OkHttpTranslation.head(status, response.status().reasonPhrase(), onward);
      framing.applyTo(head.headers(), request);
      connection.channel().writeAndFlush(head);
    } catch (ProtocolException malformed) {
      framing = null;
      fail(malformed);
    }
  }

  private void onResponseBody(HttpContent content) {
    if (held && !ended) {
      heldBack.add(content);
      return;
    }
    ResponseFraming decided = framing;
    if (decided == null || ended) {
      content.release();
      return;
    }
    if (content.decoderResult().isFailure()) {
      content.release();
      fail(new ProtocolException("response body: " + content.decoderResult().cause()));
      return;
    }
    connection.channel().writeAndFlush(new DefaultHttpContent(content.content()));
    if (content instanceof LastHttpContent last) {
      end();
      connection
          .channel()
          .writeAndFlush(endOf(last, decided))
          .addListener(sent -> connection.finished(this, decided.keepAlive()));
    }
  }

  private LastHttpContent endOf(LastHttpContent received, ResponseFraming decided) {
    boolean forward = request.takesTrailers() && decided.kind() == ResponseFraming.Kind.CHUNKED;
    return forward ? Trailers.end(received.trailingHeaders()) : LastHttpContent.EMPTY_LAST_CONTENT;
  }

  private void readOn() {
    if (origin != null && !held && connection.channel().isWritable()) {
      origin.read();
    }
  }

  /**
   * RFC 9110 section 7.8: a server switches only to what the client has named; there is nothing to
   * switch on a stream of HTTP/2 (RFC 9113 section 8.6), behind which are no bytes of HTTP/1.1.
   */
  private void switchIfAsked(HttpResponse response) {
    boolean asked = route.fields().has("Upgrade");
    boolean possible = connection.channel().pipeline().get(HttpResponseEncoder.class) != null;
    if (asked && possible) {
      switchProtocols(response);
    } else {
      fail(new ProtocolException("response: 101 (expected: none to a request without Upgrade)"));
    }
  }

  private void switchProtocols(HttpResponse response) {
    Channel client = connection.channel();
    Channel server = origin;
    if (server == null) {
      return;
    }
    HttpResponse onward =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, response.status(), Unpooled.EMPTY_BUFFER);
    Fields fields =
        HopByHop.removeFrom(NettyFields.of(response.headers()))
            .with("Connection", "Upgrade")
            .with("Upgrade", String.join(", ", response.headers().getAll("Upgrade")));
    shared
        .pseudonym()
        .addTo(fields, "1.1")
        .lines()
        .forEach(line -> onward.headers().add(line.name(), line.value()));
    ended = true;
    connection.leaveHttp();
    client.writeAndFlush(onward);
    TunnelRelay.join(client, server, shared.limits().tunnelIdleMillis());
    ChannelPipeline clientSide = client.pipeline();
    clientSide.remove(HttpResponseEncoder.class);
    clientSide.remove(connection);
    clientSide.remove(StrictRequestDecoder.class);
    clientSide.remove(FlowControlHandler.class);
    ChannelPipeline serverSide = server.pipeline();
    serverSide.remove(OriginSide.class);
    serverSide.remove(HttpClientCodec.class);
    TunnelRelay.start(client, server);
  }

  private void fail(Throwable failure) {
    if (ended) {
      return;
    }
    end();
    if (framing == null) {
      connection.refuseSoon(this, Refusal.ofFailure(route.origin(), failure));
    } else {
      connection.abandonSoon(this);
    }
  }

  private void end() {
    ended = true;
    waitingBody.forEach(ReferenceCountUtil::release);
    waitingBody.clear();
    heldBack.forEach(ReferenceCountUtil::release);
    heldBack.clear();
    if (dialling != null) {
      dialling.cancel(false);
    }
    if (origin != null) {
      origin.close();
    }
  }

  /** The pipeline towards the origin. */
  private final class OriginInitializer extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) throws SSLException {
      ChannelPipeline pipeline = channel.pipeline();
      if (route.tls()) {
        SslContext tls = shared.originTls().context();
        pipeline.addLast(
            tls.newHandler(channel.alloc(), route.origin().hostToResolve(), route.origin().port()));
      }
      pipeline.addLast(
          new IdleStateHandler(0, 0, shared.limits().writeStallMillis(), TimeUnit.MILLISECONDS));
      pipeline.addLast(codec());
      pipeline.addLast(new OriginSide());
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

  /** What comes from the origin. */
  private final class OriginSide extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof HttpResponse response) {
        onResponse(response);
      } else if (message instanceof HttpContent content) {
        onResponseBody(content);
      } else {
        ReferenceCountUtil.release(message);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      readOn();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof IdleStateEvent) {
        fail(new SocketTimeoutException("nothing moved"));
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (!held) {
        fail(new EOFException("the origin closed the connection"));
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      fail(cause);
    }
  }
}
