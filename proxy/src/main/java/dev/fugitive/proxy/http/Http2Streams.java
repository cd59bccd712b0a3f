package dev.fugitive.proxy.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.flow.FlowControlHandler;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 to a client (RFC 9113): each stream is a channel with a {@link ClientConnection} of its
 * own, which has one request.
 *
 * <p>What one client can make this side keep: {@link #MAX_STREAMS} streams with a window of upload
 * and a water mark of download each, one window for all uploads together, one header block. What it
 * can make this side do for nothing is counted by the codec, which ends the connection when it is
 * too much: streams reset as soon as they are opened (CVE-2023-44487) or made to be reset
 * (CVE-2025-8671), header blocks in endless small pieces, empty frames, answers to settings and
 * pings that it does not read.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class Http2Streams {
  static final int MAX_STREAMS = 100;
  static final int MAX_RESETS = 200;
  static final int RESET_WINDOW_SECONDS = 30;
  private static final int MAX_EMPTY_FRAMES = 8;
  private static final int MAX_SMALL_CONTINUATIONS = 16;
  private static final int MAX_QUEUED_CONTROL_FRAMES = 1_000;
  private static final int STREAM_WINDOW_BYTES = 64 * 1024;
  private static final int CONNECTION_WINDOW_BYTES = 1024 * 1024;
  private static final int DEFAULT_CONNECTION_WINDOW_BYTES = 65_535;
  private static final long GOODBYE_MILLIS = 2_000;
  private static final WriteBufferWaterMark WATER_MARKS =
      new WriteBufferWaterMark(32 * 1024, 64 * 1024);

  private Http2Streams() {}

  /** Speaks HTTP/2 from here on. The codec reads on its own account, within its windows. */
  static void addTo(Channel client, ConnectionContext shared, Routing routing) {
    Http2FrameCodec codec = codec(shared.limits());
    client.pipeline().addLast(codec);
    client.pipeline().addLast(new Http2MultiplexHandler(new StreamInitializer(shared, routing)));
    client.pipeline().addLast(new IdleConnection(codec, shared.limits().idleMillis()));
    int moreBytes = CONNECTION_WINDOW_BYTES - DEFAULT_CONNECTION_WINDOW_BYTES;
    client
        .pipeline()
        .context(IdleConnection.class)
        .write(new DefaultHttp2WindowUpdateFrame(moreBytes));
    client.flush();
    client.config().setAutoRead(true);
  }

  private static Http2FrameCodec codec(FrontEndSettings.Limits limits) {
    return Http2FrameCodecBuilder.forServer()
        .initialSettings(
            Http2Settings.defaultSettings()
                .maxConcurrentStreams(MAX_STREAMS)
                .initialWindowSize(STREAM_WINDOW_BYTES)
                .maxHeaderListSize(limits.headBytes()))
        .validateHeaders(true)
        .decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS)
        .encoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS)
        .decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_FRAMES)
        .decoderEnforceMaxSmallContinuationFrames(MAX_SMALL_CONTINUATIONS)
        .encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES)
        .gracefulShutdownTimeoutMillis(GOODBYE_MILLIS)
        .build();
  }

  /** Builds the pipeline of each stream. */
  private static final class StreamInitializer extends ChannelInitializer<Channel> {
    private final ConnectionContext shared;
    private final Routing routing;

    StreamInitializer(ConnectionContext shared, Routing routing) {
      this.shared = shared;
      this.routing = routing;
    }

    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    protected void initChannel(Channel stream) {
      stream.config().setAutoRead(false);
      stream.config().setWriteBufferWaterMark(WATER_MARKS);
      stream
          .config()
          .setRecvByteBufAllocator(new FixedRecvByteBufAllocator(1024).maxMessagesPerRead(1));
      stream.pipeline().addLast(new StreamMessages(shared.limits()));
      stream.pipeline().addLast(new FlowControlHandler());
      stream.pipeline().addLast(new ClientConnection(shared, stream, routing));
    }
  }

  /** Ends a connection on which there has been no stream for a while, whatever else it carries. */
  private static final class IdleConnection extends ChannelInboundHandlerAdapter {
    private final Http2FrameCodec codec;
    private final long idleMillis;
    private int idleLooks;
    private int lastStream;
    private @Nullable Future<?> timer;

    IdleConnection(Http2FrameCodec codec, long idleMillis) {
      this.codec = codec;
      this.idleMillis = idleMillis;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      timer =
          ctx.executor()
              .scheduleAtFixedRate(
                  () -> look(ctx), idleMillis / 2 + 1, idleMillis / 2 + 1, TimeUnit.MILLISECONDS);
    }

    private void look(ChannelHandlerContext ctx) {
      int newest = codec.connection().remote().lastStreamCreated();
      boolean idle = codec.connection().numActiveStreams() == 0 && newest == lastStream;
      lastStream = newest;
      idleLooks = idle ? idleLooks + 1 : 0;
      if (idleLooks >= 2) {
        ctx.close();
      }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
      if (timer != null) {
        timer.cancel(false);
      }
    }

    /** What breaks the protocol the codec answers itself, with its reason. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (!(cause instanceof Http2Exception)) {
        ctx.close();
      }
    }
  }
}
