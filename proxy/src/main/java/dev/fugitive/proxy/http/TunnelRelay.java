package dev.fugitive.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * One direction of a tunnel: what this channel reads, the other one writes; the next read waits for
 * that write. Both channels are on the same event loop, to which all state is confined.
 *
 * <p>A side that ends its sending ends it on the other side too, and the answer still comes back
 * (half-close, RFC 9110 section 9.3.6); when both have ended, or nothing moves for too long, both
 * are closed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class TunnelRelay extends ChannelInboundHandlerAdapter {
  private final Channel other;
  private boolean ended;

  private TunnelRelay(Channel other) {
    this.other = other;
  }

  /** Joins two channels that nobody else reads. Bytes already held in their pipelines go first. */
  static void join(Channel client, Channel origin, long idleMillis) {
    client.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    origin.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    client
        .pipeline()
        .addFirst("idle", new IdleStateHandler(0, 0, idleMillis, TimeUnit.MILLISECONDS));
    client.pipeline().addLast("tunnel", new TunnelRelay(origin));
    origin.pipeline().addLast("tunnel", new TunnelRelay(client));
  }

  /** Lets both directions flow. */
  static void start(Channel client, Channel origin) {
    client.read();
    origin.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object bytes) {
    if (!(bytes instanceof ByteBuf)) {
      // the end of the HTTP message that made this a tunnel
      ReferenceCountUtil.release(bytes);
      return;
    }
    ChannelFuture written = other.writeAndFlush(bytes);
    if (written.isSuccess()) {
      ctx.read();
    } else {
      written.addListener(done -> {
        if (done.isSuccess()) {
          ctx.read();
        } else {
          ctx.close();
        }
      });
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case ChannelInputShutdownEvent inputEnded -> endOther(ctx);
      case IdleStateEvent idle -> {
        ctx.close();
        other.close();
      }
      default -> ctx.fireUserEventTriggered(event);
    }
  }

  private void endOther(ChannelHandlerContext ctx) {
    ended = true;
    TunnelRelay back = other.pipeline().get(TunnelRelay.class);
    if (back == null || back.ended) {
      ctx.close();
      other.close();
    } else if (other instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    other.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
    other.close();
  }
}
