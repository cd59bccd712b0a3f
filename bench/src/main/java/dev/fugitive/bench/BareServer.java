package dev.fugitive.bench;

import dev.fugitive.proxy.http.EventLoops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * A bare Netty server, the ceiling for a front end built on it: {@code /kept/N} is answered with N
 * KiB from memory, on the event loop or with a hop to a virtual thread. Arguments: {@code HOST:PORT
 * loop|hop}.
 */
public final class BareServer {
  private final Map<String, ByteBuf> bodies = new ConcurrentHashMap<>();
  private final Executor answering;

  private BareServer(Executor answering) {
    this.answering = answering;
  }

  /** Serves until the process is ended. */
  public static void main(String[] arguments) throws InterruptedException {
    Executor answering =
        arguments[1].equals("hop") ? task -> Thread.ofVirtual().start(task) : Runnable::run;
    EventLoops loops = EventLoops.start("bare", Runtime.getRuntime().availableProcessors());
    Channel listener =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.serverChannel())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new BareServer(answering).connections())
            .bind(Addresses.of(arguments[0]))
            .sync()
            .channel();
    listener.closeFuture().sync();
  }

  private ChannelHandler connections() {
    return new ChannelInitializer<SocketChannel>() {
      @Override
      protected void initChannel(SocketChannel channel) {
        channel
            .pipeline()
            .addLast(new HttpRequestDecoder(), new HttpResponseEncoder(), new Answering());
      }
    };
  }

  private static ByteBuf zeroes(String kibibytes) {
    return Unpooled.unreleasableBuffer(
        Unpooled.directBuffer().writeZero(1024 * Integer.parseInt(kibibytes)).asReadOnly());
  }

  private final class Answering extends SimpleChannelInboundHandler<HttpObject> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
      if (message instanceof HttpRequest request) {
        String uri = request.uri();
        answering.execute(() -> answer(context, uri.substring(uri.lastIndexOf('/') + 1)));
      }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel
    private void answer(ChannelHandlerContext context, String kibibytes) {
      ByteBuf body = bodies.computeIfAbsent(kibibytes, BareServer::zeroes).duplicate();
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
      response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
      context.writeAndFlush(response);
    }
  }
}
