package dev.fugitive.proxy.rendezvous;

import dev.fugitive.client.signalling.SignallingCodec;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.ProtocolException;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of one connection's pipeline: turns frames into events. On the event loop alone. */
final class ClientHandler extends SimpleChannelInboundHandler<WebSocketFrame> {
  private static final Logger LOG = LoggerFactory.getLogger(ClientHandler.class);

  private final long client;
  private final RendezvousServer server;

  ClientHandler(long client, RendezvousServer server) {
    this.client = client;
    this.server = server;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    server.connected(client, context.channel());
    context.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    server.disconnected(client);
    context.fireChannelInactive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
      context.pipeline().remove(ReadTimeoutHandler.class);
      server.decide(new RendezvousEvent.Upgraded(client));
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
    switch (frame) {
      case BinaryWebSocketFrame binary -> server.decide(decode(binary));
      case PongWebSocketFrame pong -> server.decide(new RendezvousEvent.Alive(client));
      default ->
          server.decide(
              new RendezvousEvent.Malformed(
                  client, frame.getClass().getSimpleName() + " (expected: binary)"));
    }
  }

  private RendezvousEvent decode(BinaryWebSocketFrame frame) {
    try {
      ByteString bytes = ByteString.of(frame.content().nioBuffer());
      return new RendezvousEvent.Received(client, SignallingCodec.decodeFromClient(bytes));
    } catch (ProtocolException e) {
      return new RendezvousEvent.Malformed(client, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("client {} fails: {}", client, cause.toString());
    var unused = context.close();
  }
}
