package dev.fugitive.proxy.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: its requests one after the other, each answered before the next begins.
 *
 * <p>The socket is read only on demand. While a request is answered, one read beyond its end stays
 * open: it brings the next pipelined request, which is parked, or the news that the client has
 * gone, which cancels the exchange at once.
 *
 * <p>All fields are confined to the connection's event loop, {@link #requestRead} excepted.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class ClientConnection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

  private final ConnectionContext shared;
  private final Channel channel;
  private final Routing routing;
  private final Deadline deadline;
  private final ReadDemand reads;
  private final Exchanges exchanges;

  /** Behind it, towards the socket, a response is bytes; null where it never is. */
  private @Nullable ChannelHandlerContext wire;

  private @Nullable Exchange exchange;
  private @Nullable HttpRequest parked;
  private boolean lingering;
  private boolean headOnly;
  private int requests;

  /** Whether the current request has been read to its end; set on the event loop, read anywhere. */
  private volatile boolean requestRead = true;

  ClientConnection(ConnectionContext shared, Channel channel, Routing routing) {
    this.shared = shared;
    this.channel = channel;
    this.routing = routing;
    this.deadline = new Deadline(channel.eventLoop());
    this.reads = new ReadDemand(channel);
    this.exchanges = new Exchanges(this, shared);
  }

  Channel channel() {
    return channel;
  }

  /** Where the client is. */
  InetAddress clientAddress() {
    return channel.remoteAddress() instanceof InetSocketAddress remote
        ? remote.getAddress()
        : InetAddress.getLoopbackAddress();
  }

  boolean isRequestRead() {
    return requestRead;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    wire = ctx.pipeline().context(HttpResponseEncoder.class);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    awaitRequest();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    reads.came();
    switch (message) {
      case Refusal refusal -> onRefusedHead(refusal);
      case HttpRequest request -> onRequest(request);
      case HttpContent content -> onContent(content);
      default -> ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    reads.cycleEnded();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == StrictRequestDecoder.HeadStarted.INSTANCE && exchange == null && !lingering) {
      long limitMillis = shared.limits().headMillis();
      deadline.set(limitMillis, () -> refuse(Refusal.headTooSlow(limitMillis)));
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (exchange != null) {
      exchange.onWritabilityChanged();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    deadline.end();
    ReferenceCountUtil.release(parked);
    parked = null;
    Exchange current = exchange;
    exchange = null;
    if (current != null) {
      current.onClientGone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOG.warn("connection from {} failed", channel.remoteAddress(), cause);
    }
    ctx.close();
  }

  /** Asks for one more message, from the event loop; not while one is parked. */
  void wantRead() {
    if (parked == null) {
      reads.want();
    }
  }

  /** Asks for one more message, from any thread. */
  void wantReadSoon() {
    channel.eventLoop().execute(this::wantRead);
  }

  /** Sends an interim response ahead of the exchange's own. From any thread. */
  void interimSoon(Exchange waiting, FullHttpResponse interim) {
    channel
        .eventLoop()
        .execute(() -> {
          if (exchange == waiting && channel.isWritable()) {
            channel.writeAndFlush(interim, channel.voidPromise());
          } else {
            interim.release();
          }
        });
  }

  /** The exchange's response has been written whole. On the event loop. */
  void finished(Exchange done, boolean keepAlive) {
    if (exchange != done) {
      return;
    }
    exchange = null;
    if (!keepAlive || !requestRead) {
      linger();
      return;
    }
    HttpRequest next = parked;
    parked = null;
    if (next != null) {
      begin(next);
    } else {
      StrictRequestDecoder.resumeSoon(channel, () -> exchange == null);
      awaitRequest();
    }
  }

  /** Closes unless the client takes something soon. On the event loop. */
  void awaitWritable() {
    deadline.set(shared.limits().writeStallMillis(), channel::close);
  }

  /** Refuses unless the whole body comes soon. On the event loop. */
  void awaitBody(Exchange waiting) {
    long limitMillis = shared.limits().bodyStallMillis();
    deadline.set(
        limitMillis,
        () -> {
          if (exchange == waiting) {
            refuse(Refusal.bodyTooSlow(limitMillis));
          }
        });
  }

  /** The body that was awaited is there, or is awaited no more. On the event loop. */
  void bodyCame() {
    deadline.clear();
  }

  /** Answers with a refusal in the exchange's place, from any thread. */
  void refuseSoon(Exchange failed, Refusal refusal) {
    channel
        .eventLoop()
        .execute(() -> {
          if (exchange == failed) {
            answer(failed, refusal, requestRead);
          }
        });
  }

  /** Closes, because a response cannot be completed: its missing end tells the client. */
  void abandonSoon(Exchange failed) {
    channel
        .eventLoop()
        .execute(() -> {
          if (exchange == failed) {
            shared.counts().brokenOff().increment();
            channel.close();
          }
        });
  }

  /** HTTP ends on this connection, which somebody else reads from now on. On the event loop. */
  void leaveHttp() {
    exchange = null;
    deadline.end();
  }

  /** Hands on what the client has sent behind its last request, to the handler behind this one. */
  void leavePipeline() {
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.remove(this);
    pipeline.remove(StrictRequestDecoder.class);
    pipeline.remove(FlowControlHandler.class);
  }

  /** Waits for a request; called when there is a connection, or when it has become HTTP's. */
  void awaitRequest() {
    deadline.set(shared.limits().idleMillis(), channel::close);
    wantRead();
  }

  private void onRefusedHead(Refusal refusal) {
    if (exchange == null) {
      refuse(refusal);
    } else {
      // pipelined behind a request that is being answered: that answer is this connection's last
      requestRead = false;
    }
  }

  private void onRequest(HttpRequest request) {
    if (lingering) {
      ReferenceCountUtil.release(request);
      wantRead();
    } else if (exchange != null) {
      parked = request;
    } else {
      begin(request);
    }
  }

  private void begin(HttpRequest request) {
    deadline.clear();
    shared.counts().requests().increment();
    requests++;
    if (request.decoderResult().isFailure()) {
      refuse(StrictRequestDecoder.refusalOf(request.decoderResult()));
      return;
    }
    RequestMeaning meaning = meaning(request);
    requestRead = meaning.bodiless();
    headOnly = meaning.traits().isHead();
    boolean last = requests >= shared.limits().requestsPerConnection();
    start(exchanges.of(last ? meaning.closing() : meaning, wire));
    if (channel.isActive() && !lingering) {
      wantRead();
    }
  }

  private void start(Exchange next) {
    exchange = next;
    next.start();
  }

  private RequestMeaning meaning(HttpRequest request) {
    return request instanceof ReceivedRequest received
        ? received.meaning(routing)
        : RequestMeaning.of(request, routing);
  }

  private void onContent(HttpContent content) {
    Exchange current = exchange;
    if (content.decoderResult().isFailure()) {
      content.release();
      if (current != null) {
        current.onMalformedBody(StrictRequestDecoder.refusalOf(content.decoderResult()));
      }
      return;
    }
    boolean last = content instanceof LastHttpContent;
    requestRead |= last;
    if (current == null) {
      content.release();
    } else {
      current.onRequestBody(content);
    }
    if (last || current == null) {
      wantRead();
    }
  }

  /** Answers a request that cannot be trusted to end where it says, and closes. */
  private void refuse(Refusal refusal) {
    requestRead = false;
    start(new RefusedExchange(this, refusal, false));
  }

  /** Writes a refusal as the exchange's response. On the event loop. */
  void answer(Exchange current, Refusal refusal, boolean keepAlive) {
    deadline.clear();
    shared.counts().refused(refusal);
    channel
        .writeAndFlush(refusal.toResponse(!headOnly, keepAlive))
        .addListener(sent -> finished(current, keepAlive));
  }

  /**
   * RFC 9112 section 9.6: closes in two steps, so that a client which is still sending gets to read
   * the answer before its own bytes are met with a reset.
   */
  private void linger() {
    lingering = true;
    ReferenceCountUtil.release(parked);
    parked = null;
    deadline.set(shared.limits().lingerMillis(), channel::close);
    if (channel instanceof DuplexChannel duplex) {
      SslHandler tls = channel.pipeline().get(SslHandler.class);
      if (tls == null) {
        duplex.shutdownOutput().addListener(done -> wantRead());
      } else {
        tls.closeOutbound().addListener(done -> wantRead());
      }
    } else {
      channel.close();
    }
  }
}
