package dev.fugitive.proxy.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.flow.FlowControlHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A CONNECT: reaches the target, says so, and becomes two streams of bytes (RFC 9110 section
 * 9.3.6). What the client sent behind its request stays undecoded until the 200 is out.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class TunnelExchange implements Exchange {
  private static final byte[] ESTABLISHED =
      "HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ClientConnection connection;
  private final Authority target;
  private final ConnectionContext shared;
  private @Nullable CompletableFuture<Channel> dialling;

  TunnelExchange(ClientConnection connection, Authority target, ConnectionContext shared) {
    this.connection = connection;
    this.target = target;
    this.shared = shared;
  }

  void start() {
    dialling =
        shared
            .dialer()
            .dial(
                connection.channel().eventLoop(),
                () -> shared.reachable(target),
                target.port(),
                new ChannelInboundHandlerAdapter());
    dialling.whenComplete(this::dialled);
  }

  @Override
  public void onRequestBody(HttpContent content) {
    content.release();
  }

  @Override
  public void onMalformedBody(Refusal refusal) {
    connection.abandonSoon(this);
  }

  @Override
  public void onClientGone() {
    if (dialling != null) {
      dialling.cancel(false);
    }
  }

  @Override
  public void onWritabilityChanged() {}

  private void dialled(@Nullable Channel origin, @Nullable Throwable failure) {
    if (origin != null) {
      establish(connection.channel(), origin);
    } else if (failure != null && !dialling().isCancelled()) {
      connection.refuseSoon(this, Refusal.ofFailure(target, failure));
    }
  }

  private CompletableFuture<Channel> dialling() {
    if (dialling == null) {
      throw new IllegalStateException("tunnel to " + target + ": not started");
    }
    return dialling;
  }

  private void establish(Channel client, Channel origin) {
    ChannelPipeline pipeline = client.pipeline();
    connection.leaveHttp();
    pipeline.remove(HttpResponseEncoder.class);
    client.writeAndFlush(Unpooled.wrappedBuffer(ESTABLISHED));
    TunnelRelay.join(client, origin, shared.limits().tunnelIdleMillis());
    pipeline.remove(connection);
    pipeline.remove(StrictRequestDecoder.class);
    pipeline.remove(FlowControlHandler.class);
    TunnelRelay.start(client, origin);
  }
}
