package dev.fugitive.proxy.http;

import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.concurrent.CompletableFuture;

/** Builds the pipeline of each accepted connection. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class ConnectionInitializer extends ChannelInitializer<SocketChannel> {
  private final FrontEndSettings.Limits limits;
  private final ChannelGroup channels;
  private final AddressLimit addressLimit;
  private final FastThreadLocal<RecentHeads> recentHeads = RecentHeads.forEachLoop();

  /** Completed before the listener accepts. */
  private final CompletableFuture<ConnectionContext> context;

  ConnectionInitializer(
      FrontEndSettings.Limits limits,
      ChannelGroup channels,
      CompletableFuture<ConnectionContext> context) {
    this.limits = limits;
    this.channels = channels;
    this.addressLimit = new AddressLimit(limits.connectionsPerAddress());
    this.context = context;
  }

  @Override
  protected void initChannel(SocketChannel client) {
    if (!addressLimit.admit(client)) {
      return;
    }
    channels.add(client);
    ConnectionContext shared = context.join();
    shared.counts().openConnections().increment();
    client.closeFuture().addListener(closed -> shared.counts().openConnections().decrement());
    ChannelPipeline pipeline = client.pipeline();
    pipeline.addLast(new StrictRequestDecoder(limits, recentHeads.get()));
    pipeline.addLast(new HttpResponseEncoder());
    pipeline.addLast(new FlowControlHandler());
    pipeline.addLast(new ClientConnection(shared, client, shared.router()::route));
  }
}
