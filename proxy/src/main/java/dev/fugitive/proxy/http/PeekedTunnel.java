package dev.fugitive.proxy.http;

import dev.fugitive.proxy.decrypt.Decision;
import dev.fugitive.proxy.decrypt.Decryption;
import dev.fugitive.proxy.decrypt.Peeked;
import dev.fugitive.proxy.decrypt.TlsClient;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A CONNECT to a host that may be decrypted: its client has been told that it may speak, and what
 * it says first is held until the way is decided. Then it is a tunnel, and what was held goes first
 * and unchanged; or TLS is opened here; or it is closed.
 *
 * <p>It reads only while it waits for more to decide on, so it holds one read beyond that at most.
 * All state is confined to the connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class PeekedTunnel extends ChannelInboundHandlerAdapter {
  private final Channel client;
  private final InetAddress clientAddress;
  private final Authority target;
  private final ConnectionContext shared;
  private final Decryption decryption;
  private final ByteBuf held;
  private final long startNanos;
  private @Nullable Future<?> timer;
  private @Nullable CompletableFuture<Channel> dialling;
  private int atLeastBytes;
  private boolean ended;
  private boolean decided;

  PeekedTunnel(
      Channel client,
      InetAddress clientAddress,
      Authority target,
      ConnectionContext shared,
      Decryption decryption) {
    this.client = client;
    this.clientAddress = clientAddress;
    this.target = target;
    this.shared = shared;
    this.decryption = decryption;
    this.held = client.alloc().buffer(1024);
    this.startNanos = client.eventLoop().ticker().nanoTime();
  }

  /** Begins to listen, when it is the pipeline's last handler and HTTP has been taken out. */
  void start() {
    client.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    if (!decided && held.readableBytes() == 0) {
      decide();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes) {
      try {
        held.writeBytes(bytes);
      } finally {
        bytes.release();
      }
      if (!decided) {
        decideIfEnough();
      }
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  private void decideIfEnough() {
    if (held.readableBytes() >= atLeastBytes) {
      decide();
    } else {
      client.read();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ended = true;
      if (!decided) {
        decide();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    decided = true;
    cancelTimer();
    if (dialling != null) {
      dialling.cancel(false);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    cancelTimer();
    held.release();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  private void decide() {
    cancelTimer();
    switch (decryption.decide(peeked())) {
      case Decision.Tunnel tunnel -> dial();
      case Decision.Decrypt(TlsClient tlsClient) -> prepare(tlsClient);
      case Decision.Refuse refuse -> {
        decided = true;
        client.close();
      }
      case Decision.WaitForMoreBytes(int wanted, long untilMillis) -> {
        atLeastBytes = wanted;
        long leftMillis = Math.max(1, untilMillis - waitedMillis());
        timer = client.eventLoop().schedule(this::decide, leftMillis, TimeUnit.MILLISECONDS);
        client.read();
      }
    }
  }

  private Peeked peeked() {
    return new Peeked(
        target.host(),
        target.port(),
        clientAddress,
        ByteString.of(ByteBufUtil.getBytes(held)),
        ended,
        waitedMillis());
  }

  private long waitedMillis() {
    return TimeUnit.NANOSECONDS.toMillis(client.eventLoop().ticker().nanoTime() - startNanos);
  }

  private void dial() {
    decided = true;
    dialling =
        shared
            .dialer()
            .dial(
                client.eventLoop(),
                () -> shared.reachable(target),
                target.port(),
                new ChannelInboundHandlerAdapter());
    dialling.whenComplete((origin, failure) -> {
      if (origin != null && client.isActive()) {
        join(origin);
      } else {
        client.close();
      }
      if (origin != null && !client.isActive()) {
        origin.close();
      }
    });
  }

  /** What was held goes first; reading goes on, or the client's end is passed on, after it. */
  private void join(Channel origin) {
    ByteBuf first = held.retain();
    TunnelRelay.join(client, origin, shared.limits().tunnelIdleMillis());
    client.pipeline().remove(this);
    origin
        .writeAndFlush(first)
        .addListener(written -> {
          if (!written.isSuccess()) {
            client.close();
          } else if (ended) {
            client.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
          } else {
            client.read();
          }
        });
    origin.read();
  }

  private void prepare(TlsClient tlsClient) {
    decided = true;
    decryption
        .contextFor(target.host(), target.port())
        .whenComplete((context, failure) ->
            client
                .eventLoop()
                .execute(() -> {
                  if (context == null) {
                    client.close();
                  } else if (client.isActive()) {
                    decrypt(context, tlsClient);
                  }
                }));
  }

  private void decrypt(SslContext context, TlsClient tlsClient) {
    ByteBuf first = held.retain();
    client.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
    DecryptedConnection.addTo(client, context, shared, target, decryption.clients(), tlsClient);
    client.pipeline().remove(this);
    client.pipeline().fireChannelRead(first).fireChannelReadComplete();
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
