package dev.fugitive.proxy.http;

import dev.fugitive.client.origin.OriginReach;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;

/**
 * The listening end of the proxy.
 *
 * <pre>
 *   socket ─► StrictRequestDecoder ─► FlowControlHandler ─► ClientConnection ─► an Exchange
 *          ◄─ HttpResponseEncoder  ◄──────────────────────────────────────────────┘
 * </pre>
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
public final class FrontEnd implements AutoCloseable {
  private static final int RECEIVE_BYTES = 64 * 1024;
  private static final WriteBufferWaterMark WATER_MARKS =
      new WriteBufferWaterMark(64 * 1024, 256 * 1024);
  private static final int BACKLOG = 1024;
  private static final long CLOSE_MILLIS = 5_000;

  private final EventLoops loops;
  private final ExecutorService executor;
  private final ChannelGroup channels;
  private final InetSocketAddress address;
  private final FrontEndCounts counts;

  private FrontEnd(
      EventLoops loops,
      ExecutorService executor,
      ChannelGroup channels,
      InetSocketAddress address,
      FrontEndCounts counts) {
    this.loops = loops;
    this.executor = executor;
    this.channels = channels;
    this.address = address;
    this.counts = counts;
  }

  /** Listens. Requests go to the call factory, those to the proxy itself to the responder. */
  public static FrontEnd start(FrontEndSettings settings, Call.Factory fetch, SelfResponder self)
      throws IOException {
    return start(settings, fetch, Optional.empty(), self, PassedBy.NOBODY);
  }

  /**
   * The same, where what needs no waiting is answered before the call factory is asked, and what it
   * cannot express, and so does not see, is told as well.
   */
  public static FrontEnd start(
      FrontEndSettings settings,
      Call.Factory fetch,
      HitSource memory,
      SelfResponder self,
      PassedBy passedBy)
      throws IOException {
    return start(settings, fetch, Optional.of(memory), self, passedBy);
  }

  private static FrontEnd start(
      FrontEndSettings settings,
      Call.Factory fetch,
      Optional<HitSource> memory,
      SelfResponder self,
      PassedBy passedBy)
      throws IOException {
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 8);
    EventLoops loops = EventLoops.start("front-end", threads);
    ExecutorService executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("exchange-", 0).factory());
    try {
      ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
      CompletableFuture<ConnectionContext> context = new CompletableFuture<>();
      Channel listener =
          listen(settings, loops, new ConnectionInitializer(settings.limits(), channels, context));
      channels.add(listener);
      InetSocketAddress bound = (InetSocketAddress) listener.localAddress();
      ConnectionContext shared =
          context(settings, bound, fetch, memory, self, passedBy, loops, executor);
      context.complete(shared);
      listener.config().setAutoRead(true);
      return new FrontEnd(loops, executor, channels, bound, shared.counts());
    } catch (IOException | RuntimeException failure) {
      loops.group().shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
      executor.shutdown();
      throw failure;
    }
  }

  private static ConnectionContext context(
      FrontEndSettings settings,
      InetSocketAddress bound,
      Call.Factory fetch,
      Optional<HitSource> memory,
      SelfResponder self,
      PassedBy passedBy,
      EventLoops loops,
      ExecutorService executor) {
    OriginReach reach = OriginReach.beyondThisMachine(settings.trustedOrigins());
    reach.closeOwnPort(bound.getPort());
    Pseudonym pseudonym = Pseudonym.random(new SecureRandom());
    return new ConnectionContext(
        settings,
        new RequestRouter(settings, pseudonym, ownAuthorities(bound)),
        pseudonym,
        fetch,
        memory.map(source -> source.memoryHits(new HeadBytes(pseudonym)::of)),
        self,
        passedBy,
        reach,
        new Dialer(loops.clientChannel(), settings.limits().connectMillis(), executor),
        new OriginTls(settings.originTls()),
        executor,
        new WatchdogRest(),
        OutgoingBlock.forEachLoop(),
        new FrontEndCounts());
  }

  /** The names under which a client may address the proxy itself: no other host reaches it. */
  static Set<String> ownAuthorities(InetSocketAddress bound) {
    Set<String> own = new HashSet<>();
    for (String host : List.of("127.0.0.1", "[::1]", "localhost")) {
      own.add(host + ":" + bound.getPort());
    }
    InetAddress address = bound.getAddress();
    if (!address.isAnyLocalAddress()) {
      String literal = address.getHostAddress();
      own.add((literal.contains(":") ? "[" + literal + "]" : literal) + ":" + bound.getPort());
    }
    return own;
  }

  private static Channel listen(
      FrontEndSettings settings, EventLoops loops, ChannelHandler connections) throws IOException {
    InetSocketAddress address = settings.listen();
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, oneReadEach())
            .childHandler(connections)
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(shown(address) + ": " + reason(bound.cause()), bound.cause());
    }
    return bound.channel();
  }

  private static String shown(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }

  /** What is behind the name of the system call. */
  private static String reason(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return message.substring(message.lastIndexOf(": ") + 1).strip();
  }

  /** A read on demand takes one buffer from the socket, not all that is there. */
  private static AdaptiveRecvByteBufAllocator oneReadEach() {
    AdaptiveRecvByteBufAllocator allocator =
        new AdaptiveRecvByteBufAllocator(1024, 8 * 1024, RECEIVE_BYTES);
    allocator.maxMessagesPerRead(1);
    return allocator;
  }

  /** Where it listens; the port is the real one. */
  public InetSocketAddress address() {
    return address;
  }

  /** What it has done so far. */
  public FrontEndCounts counts() {
    return counts;
  }

  /** Closes the listener and every connection, which cancels what they asked for. */
  @Override
  public void close() {
    channels.close().awaitUninterruptibly(CLOSE_MILLIS);
    awaitExchanges();
    loops
        .group()
        .shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_MILLIS);
  }

  /** Their clients are gone, so they end soon; the loops they report to end after them. */
  private void awaitExchanges() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
