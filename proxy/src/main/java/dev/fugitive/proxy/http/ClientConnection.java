package dev.fugitive.proxy.http;

import static java.util.Objects.requireNonNull;

import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.client.fetch.MemoryHit;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
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

  /** Behind it, towards the socket, a response is bytes; null where it never is. */
  private @Nullable ChannelHandlerContext wire;

  private @Nullable Exchange exchange;
  private @Nullable HttpRequest parked;
  private boolean readPending;
  private boolean reading;
  private boolean readAgain;
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
    readPending = false;
    readAgain = false;
    switch (message) {
      case Refusal refusal -> onRefusedHead(refusal);
      case HttpRequest request -> onRequest(request);
      case HttpContent content -> onContent(content);
      default -> ReferenceCountUtil.release(message);
    }
  }

  /** A read that this cycle did not satisfy has been dropped with it: it is asked for anew. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (readPending) {
      read();
    }
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
    if (!readPending && parked == null && channel.isActive()) {
      readPending = true;
      read();
    }
  }

  /**
   * A message that waited behind the last one comes before the call returns, and its answer may ask
   * for the next: they come one after the other, not one within the other.
   */
  private void read() {
    readAgain = true;
    if (reading) {
      return;
    }
    reading = true;
    while (readAgain) {
      readAgain = false;
      channel.read();
    }
    reading = false;
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
      resumeDecoderSoon();
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

  /** Takes this handler's place with a tunnel: HTTP ends on this connection. On the event loop. */
  void leaveHttp() {
    exchange = null;
    deadline.end();
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
      refuse(refusalOf(request.decoderResult().cause()));
      return;
    }
    RequestMeaning meaning = meaning(request);
    requestRead = meaning.bodiless();
    headOnly = meaning.traits().isHead();
    act(requests >= shared.limits().requestsPerConnection() ? meaning.closing() : meaning);
  }

  private RequestMeaning meaning(HttpRequest request) {
    return request instanceof ReceivedRequest received
        ? received.meaning(routing)
        : RequestMeaning.of(request, routing);
  }

  private void act(RequestMeaning meaning) {
    RequestTraits traits = meaning.traits();
    switch (meaning.route()) {
      case Route.Fetch fetch -> {
        shared.counts().fetches().increment();
        hit(meaning).ifPresentOrElse(this::send, () -> fetch(fetch, traits));
      }
      case Route.PassThrough pass -> {
        PassThroughExchange started = new PassThroughExchange(this, pass, traits, shared);
        exchange = started;
        shared.counts().passThroughs().increment();
        started.start();
      }
      case Route.Tunnel tunnel -> {
        TunnelExchange started = new TunnelExchange(this, tunnel.target(), shared);
        exchange = started;
        shared.counts().tunnels().increment();
        started.start();
      }
      case Route.Control(RequestHead head) -> toSelf(head, traits, shared.self()).start();
      case Route.Final(RequestHead head, SelfResponder.Answer answer) ->
          toSelf(head, traits, asked -> answer).startWithoutBody();
      case Route.Refuse(Refusal refusal, boolean close) -> refuseRoute(refusal, close, traits);
    }
    if (channel.isActive() && !lingering) {
      wantRead();
    }
  }

  /** What may be answered at once. */
  private Optional<MemoryHit> hit(RequestMeaning meaning) {
    return wire == null || meaning.asked().isEmpty()
        ? Optional.empty()
        : shared.memory().flatMap(memory -> memory.find(meaning.asked().get()));
  }

  private void send(MemoryHit hit) {
    HitExchange started = new HitExchange(this, requireNonNull(wire), hit, shared.outgoing().get());
    exchange = started;
    started.send();
  }

  private void fetch(Route.Fetch route, RequestTraits traits) {
    FetchExchange started = new FetchExchange(this, route, traits, shared);
    exchange = started;
    shared.executor().execute(started);
  }

  private SelfExchange toSelf(RequestHead head, RequestTraits traits, SelfResponder responder) {
    SelfExchange begun = new SelfExchange(this, head, traits, responder, shared.executor());
    exchange = begun;
    return begun;
  }

  private void refuseRoute(Refusal refusal, boolean close, RequestTraits traits) {
    if (close) {
      refuse(refusal);
    } else {
      RefusedExchange refused = new RefusedExchange();
      exchange = refused;
      answer(refused, refusal, traits.keepAlive());
    }
  }

  private void onContent(HttpContent content) {
    Exchange current = exchange;
    if (content.decoderResult().isFailure()) {
      content.release();
      if (current != null) {
        current.onMalformedBody(refusalOf(content.decoderResult().cause()));
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
    RefusedExchange refused = new RefusedExchange();
    exchange = refused;
    requestRead = false;
    answer(refused, refusal, false);
  }

  private void answer(Exchange current, Refusal refusal, boolean keepAlive) {
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

  /** An answer may come before the decoder has handed over the request's end: it does so first. */
  private void resumeDecoderSoon() {
    StrictRequestDecoder decoder = channel.pipeline().get(StrictRequestDecoder.class);
    if (decoder != null && decoder.isPaused()) {
      channel.eventLoop().execute(this::resumeDecoder);
    }
  }

  private void resumeDecoder() {
    try {
      ChannelHandlerContext context = channel.pipeline().context(StrictRequestDecoder.class);
      if (exchange == null
          && context != null
          && context.handler() instanceof StrictRequestDecoder decoder) {
        decoder.resumeIfPaused(context);
      }
    } catch (Exception failure) {
      channel.pipeline().fireExceptionCaught(failure);
    }
  }

  private static Refusal refusalOf(Throwable cause) {
    return cause instanceof TooLongFrameException
        ? Refusal.partTooLong()
        : Refusal.framing(cause.getMessage() == null ? "framing" : cause.getMessage());
  }

  /** Stands in for an exchange while a refusal is written: drops what the client still sends. */
  private final class RefusedExchange implements Exchange {
    @Override
    public void onRequestBody(HttpContent content) {
      boolean last = content instanceof LastHttpContent;
      content.release();
      if (!last) {
        wantRead();
      }
    }

    @Override
    public void onMalformedBody(Refusal refusal) {}

    @Override
    public void onClientGone() {}

    @Override
    public void onWritabilityChanged() {}
  }
}
