package dev.fugitive.proxy.http;

import dev.fugitive.proxy.decrypt.ClientsWithoutTrust;
import dev.fugitive.proxy.decrypt.TlsClient;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.concurrent.TimeUnit;

/**
 * A connection whose TLS is opened here: sees whether the client takes our certificate, then builds
 * the pipeline of what it wants to speak inside.
 *
 * <pre>
 *   h1   SslHandler ─► DecryptedConnection ─► StrictRequestDecoder ─► FlowControl ─► ClientConnection
 *   h2   SslHandler ─► DecryptedConnection ─► Http2FrameCodec ─► Http2MultiplexHandler
 *                        each stream:  StreamMessages ─► FlowControl ─► ClientConnection
 * </pre>
 *
 * <p>From there on a request goes the way of any other, as one to the host of the CONNECT over
 * https. All state is confined to the connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class DecryptedConnection extends ChannelInboundHandlerAdapter {
  /** Closing within this time after the handshake, unused, is no idle connection's end. */
  private static final long SUDDEN_MILLIS = 5_000;

  private final ConnectionContext shared;
  private final Authority target;
  private final ClientsWithoutTrust clients;
  private final TlsClient tlsClient;
  private boolean handshakeOver;
  private boolean spoke;
  private long openNanos;

  private DecryptedConnection(
      ConnectionContext shared,
      Authority target,
      ClientsWithoutTrust clients,
      TlsClient tlsClient) {
    this.shared = shared;
    this.target = target;
    this.clients = clients;
    this.tlsClient = tlsClient;
  }

  /** Adds TLS and this behind the pipeline's last handler. */
  static void addTo(
      Channel client,
      SslContext context,
      ConnectionContext shared,
      Authority target,
      ClientsWithoutTrust clients,
      TlsClient tlsClient) {
    SslHandler tls = context.newHandler(client.alloc());
    tls.setHandshakeTimeoutMillis(shared.limits().headMillis());
    client.pipeline().addLast(tls);
    client.pipeline().addLast(new DecryptedConnection(shared, target, clients, tlsClient));
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake && !handshakeOver) {
      handshakeOver = true;
      openNanos = ctx.executor().ticker().nanoTime();
      if (handshake.isSuccess()) {
        speak(ctx.channel());
      } else {
        spoke = true;
        onHandshakeFailed(ctx.channel(), handshake.cause());
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!spoke) {
      spoke = true;
      clients.spoke(tlsClient);
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    long openMillis = TimeUnit.NANOSECONDS.toMillis(ctx.executor().ticker().nanoTime() - openNanos);
    if (handshakeOver && !spoke && openMillis < SUDDEN_MILLIS) {
      clients.closedWithoutAWord(tlsClient);
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (handshakeOver && !spoke) {
      spoke = true;
      clients.refused(tlsClient, words(cause));
    }
    ctx.close();
  }

  /** An alert comes while the connection is open; one that just went away may have been stopped. */
  private void onHandshakeFailed(Channel client, Throwable cause) {
    if (client.isActive()) {
      clients.refused(tlsClient, words(cause));
    } else {
      clients.closedWithoutAWord(tlsClient);
    }
  }

  private static String words(Throwable cause) {
    Throwable deepest = cause.getCause() == null ? cause : cause.getCause();
    return String.valueOf(deepest.getMessage());
  }

  private void speak(Channel client) {
    ChannelPipeline pipeline = client.pipeline();
    String protocol = pipeline.get(SslHandler.class).applicationProtocol();
    if (ApplicationProtocolNames.HTTP_2.equals(protocol)) {
      Http2Streams.addTo(
          client,
          shared,
          (head, version) -> shared.router().routeWithin(target, head, version, "2.0"));
      return;
    }
    ClientConnection connection =
        new ClientConnection(
            shared,
            client,
            (head, version) ->
                shared.router().routeWithin(target, head, version, numberOf(version)));
    pipeline.addLast(new StrictRequestDecoder(shared.limits(), new RecentHeads()));
    pipeline.addLast(new HttpResponseEncoder());
    pipeline.addLast(new FlowControlHandler());
    pipeline.addLast(connection);
    connection.awaitRequest();
  }

  private static String numberOf(String version) {
    return version.startsWith("HTTP/") ? version.substring("HTTP/".length()) : version;
  }
}
