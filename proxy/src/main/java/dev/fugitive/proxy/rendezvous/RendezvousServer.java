package dev.fugitive.proxy.rendezvous;

import dev.fugitive.client.signalling.RendezvousMessage;
import dev.fugitive.client.signalling.SignallingCodec;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rendezvous over WebSocket. One event loop serves every connection and owns the {@link
 * RendezvousCore}, so there is nothing to lock.
 */
public final class RendezvousServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RendezvousServer.class);
  private static final int MAX_HTTP_LINE_BYTES = 2 * 1024;
  private static final int MAX_HTTP_FIELDS_BYTES = 8 * 1024;
  private static final int MAX_HTTP_BODY_BYTES = 1024;
  private static final int MAX_CLOSE_REASON_CHARS = 100;
  private static final long TICK_MILLIS = 1_000;
  private static final long CLOSE_TIMEOUT_MILLIS = 2_000;

  private final RendezvousLimits limits;
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("rendezvous", true), NioIoHandler.newFactory());

  /** The event loop alone, as the two below. */
  private final RendezvousCore core;

  private final Map<Long, Channel> channels = new HashMap<>();
  private long lastClient;

  private volatile RendezvousCounters counters = new RendezvousCounters(0, 0, 0, 0, 0, 0);
  private Channel listening;

  private RendezvousServer(
      InetSocketAddress address, RendezvousLimits limits, RandomGenerator random)
      throws IOException {
    this.limits = limits;
    this.core = new RendezvousCore(limits, random);
    ChannelFuture bound = bootstrap().bind(address).awaitUninterruptibly();
    this.listening = bound.channel();
    if (!bound.isSuccess()) {
      var unused = loop.shutdownGracefully(0, CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
      throw new IOException(
          "the rendezvous cannot listen on %s:%d: %s"
              .formatted(
                  address.getAddress().getHostAddress(),
                  address.getPort(),
                  bound.cause().getMessage()),
          bound.cause());
    }
    var unused =
        loop.scheduleAtFixedRate(
            () -> decide(new RendezvousEvent.Tick()),
            TICK_MILLIS,
            TICK_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  /**
   * Starts a server; port 0 takes a free one.
   *
   * @throws IOException where the address cannot be listened on
   */
  public static RendezvousServer start(InetSocketAddress address, RendezvousLimits limits)
      throws IOException {
    return new RendezvousServer(address, limits, new SecureRandom());
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listening.localAddress();
  }

  /** What a client on this machine dials. */
  public String url() {
    InetSocketAddress address = address();
    String host =
        address.getAddress().isAnyLocalAddress()
            ? "127.0.0.1"
            : address.getAddress().getHostAddress();
    return "ws://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  /** What it has counted, a moment ago at most. */
  public RendezvousCounters counters() {
    return counters;
  }

  /** Tells every client that it goes, and frees the port. */
  @Override
  public void close() {
    listening.close().awaitUninterruptibly(CLOSE_TIMEOUT_MILLIS);
    loop.submit(() -> List.copyOf(channels.values()).forEach(RendezvousServer::sayGoodbye))
        .awaitUninterruptibly(CLOSE_TIMEOUT_MILLIS);
    var unused =
        loop.shutdownGracefully(0, CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
            .awaitUninterruptibly(2 * CLOSE_TIMEOUT_MILLIS);
  }

  private static void sayGoodbye(Channel channel) {
    closeWith(channel, WebSocketCloseStatus.ENDPOINT_UNAVAILABLE, "the rendezvous closes");
  }

  private ServerBootstrap bootstrap() {
    return new ServerBootstrap()
        .group(loop)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(
            ChannelOption.WRITE_BUFFER_WATER_MARK,
            new WriteBufferWaterMark(limits.maxQueuedBytes() / 2, limits.maxQueuedBytes()))
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                equip(channel);
              }
            });
  }

  /** A connection's way in, from the wire to the core. */
  private void equip(SocketChannel channel) {
    long client = ++lastClient;
    channel
        .pipeline()
        .addLast(
            ReadTimeoutHandler.class.getName(),
            new ReadTimeoutHandler(limits.joinTimeout().toMillis(), TimeUnit.MILLISECONDS))
        .addLast(
            new HttpServerCodec(MAX_HTTP_LINE_BYTES, MAX_HTTP_FIELDS_BYTES, MAX_HTTP_FIELDS_BYTES))
        .addLast(new HttpObjectAggregator(MAX_HTTP_BODY_BYTES))
        .addLast(new FrontDoor(this::counters))
        .addLast(new WebSocketServerProtocolHandler(webSocket()))
        .addLast(new WebSocketFrameAggregator(SignallingCodec.MAX_MESSAGE_BYTES))
        .addLast(new ClientHandler(client, this));
  }

  private WebSocketServerProtocolConfig webSocket() {
    return WebSocketServerProtocolConfig.newBuilder()
        .websocketPath("/")
        .checkStartsWith(true)
        .allowExtensions(false)
        .maxFramePayloadLength(SignallingCodec.MAX_MESSAGE_BYTES)
        .dropPongFrames(false)
        .handshakeTimeoutMillis(limits.joinTimeout().toMillis())
        .build();
  }

  /** On the event loop. */
  void connected(long client, Channel channel) {
    channels.put(client, channel);
    InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
    decide(new RendezvousEvent.Connected(client, remote.getAddress()));
  }

  /** On the event loop. */
  void disconnected(long client) {
    channels.remove(client);
    decide(new RendezvousEvent.Disconnected(client));
  }

  /** On the event loop. */
  void decide(RendezvousEvent event) {
    core.on(event, System.nanoTime()).forEach(this::act);
    counters = core.counters();
  }

  private void act(RendezvousAction action) {
    switch (action) {
      case RendezvousAction.Send(long client, RendezvousMessage message) -> send(client, message);
      case RendezvousAction.Ping(long client) -> {
        Channel channel = channels.get(client);
        if (channel != null) {
          var unused = channel.writeAndFlush(new PingWebSocketFrame());
        }
      }
      case RendezvousAction.Close(long client, String reason) -> {
        Channel channel = channels.get(client);
        LOG.debug("client {} is closed: {}", client, reason);
        if (channel != null) {
          closeWith(channel, WebSocketCloseStatus.POLICY_VIOLATION, reason);
        }
      }
    }
  }

  private void send(long client, RendezvousMessage message) {
    Channel channel = channels.get(client);
    if (channel == null) {
      return;
    }
    if (!channel.isWritable()) {
      LOG.debug("client {} is cut off: it does not read what it is sent", client);
      var unused = channel.close();
      return;
    }
    var unused =
        channel.writeAndFlush(
            new BinaryWebSocketFrame(
                Unpooled.wrappedBuffer(SignallingCodec.encode(message).asByteBuffer())));
  }

  private static void closeWith(Channel channel, WebSocketCloseStatus status, String reason) {
    if (channel.pipeline().get(WebSocketServerProtocolHandler.class) == null
        || channel.pipeline().get(HttpServerCodec.class) != null) {
      var unused = channel.close();
      return;
    }
    String words = reason.substring(0, Math.min(reason.length(), MAX_CLOSE_REASON_CHARS));
    channel
        .writeAndFlush(new CloseWebSocketFrame(status, words))
        .addListener(ChannelFutureListener.CLOSE);
  }
}
