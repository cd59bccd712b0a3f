package dev.fugitive.proxy.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Opens connections to origins for tunnels and pass-throughs: each address once, in order. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class Dialer {
  /** Where to connect to. */
  @FunctionalInterface
  interface Resolution {
    /** The addresses to try, at least one. May block. */
    List<InetAddress> addresses() throws IOException;
  }

  private final Class<? extends SocketChannel> channelType;
  private final int connectMillis;
  private final Executor executor;

  /** The executor runs blocking name look-ups. */
  Dialer(Class<? extends SocketChannel> channelType, int connectMillis, Executor executor) {
    this.channelType = channelType;
    this.connectMillis = connectMillis;
    this.executor = executor;
  }

  /** Connects on the given loop, on which the result is completed too. */
  CompletableFuture<Channel> dial(
      EventLoop loop, Resolution resolution, int port, ChannelHandler handler) {
    CompletableFuture<Channel> result = new CompletableFuture<>();
    executor.execute(() -> {
      try {
        Iterator<InetAddress> addresses = resolution.addresses().iterator();
        loop.execute(() -> attempt(loop, handler, addresses, port, result));
      } catch (IOException refused) {
        loop.execute(() -> result.completeExceptionally(refused));
      }
    });
    return result;
  }

  private void attempt(
      EventLoop loop,
      ChannelHandler handler,
      Iterator<InetAddress> addresses,
      int port,
      CompletableFuture<Channel> result) {
    ChannelFuture connecting =
        new Bootstrap()
            .group(loop)
            .channel(channelType)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
            .handler(handler)
            .connect(new InetSocketAddress(addresses.next(), port));
    connecting.addListener(done -> {
      if (done.isSuccess()) {
        if (!result.complete(connecting.channel())) {
          connecting.channel().close();
        }
      } else if (addresses.hasNext() && !result.isDone()) {
        attempt(loop, handler, addresses, port, result);
      } else {
        result.completeExceptionally(causeOf(done.cause()));
      }
    });
  }

  /** A connection that timed out is told apart from one that was refused. */
  private static Throwable causeOf(Throwable cause) {
    return cause instanceof ConnectTimeoutException
        ? new SocketTimeoutException(cause.getMessage())
        : cause;
  }
}
