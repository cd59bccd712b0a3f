package dev.fugitive.proxy.http;

import dev.fugitive.proxy.decrypt.Decision;
import dev.fugitive.proxy.decrypt.Decryption;
import dev.fugitive.proxy.decrypt.Peeked;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
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

  @Override
  public void start() {
    Optional<Decryption> decryption = shared.settings().decryption();
    if (decryption.isPresent() && mayDecrypt(decryption.get())) {
      peek(decryption.get());
    } else {
      dial();
    }
  }

  private boolean mayDecrypt(Decryption decryption) {
    Peeked nothingYet = Peeked.nothingYet(target.host(), target.port(), connection.clientAddress());
    return decryption.decide(nothingYet) instanceof Decision.WaitForMoreBytes;
  }

  private void dial() {
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
    sayEstablished(client);
    TunnelRelay.join(client, origin, shared.limits().tunnelIdleMillis());
    connection.leavePipeline();
    TunnelRelay.start(client, origin);
  }

  /** The client is told to go on before its target is reached: what it says decides the way. */
  private void peek(Decryption decryption) {
    Channel client = connection.channel();
    PeekedTunnel peeked =
        new PeekedTunnel(client, connection.clientAddress(), target, shared, decryption);
    sayEstablished(client);
    client.pipeline().addLast(peeked);
    connection.leavePipeline();
    peeked.start();
  }

  private void sayEstablished(Channel client) {
    connection.leaveHttp();
    client.pipeline().remove(HttpResponseEncoder.class);
    client.writeAndFlush(Unpooled.wrappedBuffer(ESTABLISHED));
  }
}
