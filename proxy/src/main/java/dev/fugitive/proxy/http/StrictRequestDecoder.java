package dev.fugitive.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Netty's request decoder behind a {@link HeadScan}: a head is parsed only as far as the scan has
 * found it well formed. A head of the same bytes as a recent one is not decoded again.
 *
 * <p>After a request that may leave HTTP (CONNECT, Upgrade) it stops: what follows stays here as
 * raw bytes until the decoder is removed, which hands them on, or {@link #resumeSoon} is called.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class StrictRequestDecoder extends HttpRequestDecoder {
  private static final int BODY_BLOCK_BYTES = 64 * 1024;
  private static final int MAX_PAUSED_BYTES = 256 * 1024;

  /** Fired once when the first byte of a head has arrived. */
  enum HeadStarted {
    INSTANCE
  }

  private enum Phase {
    HEAD,
    BODY,
    PAUSED,
    REFUSED
  }

  private final HeadScan scan;
  private final RecentHeads recent;
  private Phase phase = Phase.HEAD;
  private boolean leavesHttp;
  private boolean headAnnounced;
  private int scannedBytes;

  /**
   * Heads that are in the table need no decoding; only connections that are routed alike may share
   * one.
   */
  StrictRequestDecoder(FrontEndSettings.Limits limits, RecentHeads recent) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.requestLineBytes())
            .setMaxHeaderSize(limits.headBytes())
            .setMaxChunkSize(BODY_BLOCK_BYTES)
            .setAllowDuplicateContentLengths(false)
            .setStrictLineParsing(true)
            .setValidateHeaders(true)
            .setUseRfc9112TransferEncoding(true));
    this.scan = new HeadScan(limits);
    this.recent = recent;
  }

  /**
   * Goes on decoding after a request that stayed in HTTP, unless another one is being answered by
   * then. Not at once: an answer may come before the decoder has handed over the request's end.
   */
  static void resumeSoon(Channel client, BooleanSupplier isIdle) {
    ChannelPipeline pipeline = client.pipeline();
    StrictRequestDecoder decoder = pipeline.get(StrictRequestDecoder.class);
    if (decoder == null || decoder.phase != Phase.PAUSED) {
      return;
    }
    client
        .eventLoop()
        .execute(() -> {
          ChannelHandlerContext context = pipeline.context(decoder);
          if (context != null && isIdle.getAsBoolean()) {
            decoder.resumeIfPaused(context);
          }
        });
  }

  /** What a client is told whose message could not be decoded. */
  static Refusal refusalOf(DecoderResult failed) {
    Throwable cause = failed.cause();
    return cause instanceof TooLongFrameException
        ? Refusal.partTooLong()
        : Refusal.framing(cause.getMessage() == null ? "framing" : cause.getMessage());
  }

  private void resumeIfPaused(ChannelHandlerContext ctx) {
    if (phase != Phase.PAUSED) {
      return;
    }
    phase = Phase.HEAD;
    try {
      channelRead(ctx, ctx.alloc().buffer(0));
    } catch (Exception failure) {
      ctx.pipeline().fireExceptionCaught(failure);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    switch (phase) {
      case HEAD -> decodeHead(ctx, in, out);
      case BODY -> {
        super.decode(ctx, in, out);
        notice(out);
      }
      case PAUSED -> holdBack(ctx, in);
      case REFUSED -> in.skipBytes(in.readableBytes());
    }
  }

  @Override
  protected HttpMessage createMessage(String[] initialLine) throws Exception {
    HttpRequest parsed = (HttpRequest) super.createMessage(initialLine);
    return new ReceivedRequest(
        parsed.protocolVersion(), parsed.method(), parsed.uri(), headersFactory);
  }

  private void decodeHead(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws Exception {
    if (!scan.isAtStart()) {
      scanAndDecode(ctx, in, out);
      return;
    }
    ReceivedRequest known = recent.find(in);
    if (known != null) {
      in.skipBytes(in.readableBytes());
      out.add(known);
      out.add(LastHttpContent.EMPTY_LAST_CONTENT);
      return;
    }
    ByteBuf bytes = in.slice();
    scanAndDecode(ctx, in, out);
    ReceivedRequest whole = whole(out, in);
    if (whole != null) {
      recent.remember(bytes, whole);
    }
  }

  /** The request that was all there was to decode; null where it has a body or leaves HTTP. */
  private @Nullable ReceivedRequest whole(List<Object> out, ByteBuf rest) {
    return !rest.isReadable()
            && phase == Phase.HEAD
            && out.size() == 2
            && out.getFirst() instanceof ReceivedRequest request
            && request.decoderResult().isSuccess()
            && out.getLast() == LastHttpContent.EMPTY_LAST_CONTENT
        ? request
        : null;
  }

  private void scanAndDecode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws Exception {
    int from = in.readerIndex() + scannedBytes;
    int stoppedAt = scan.isDone() ? -1 : in.forEachByte(from, in.writerIndex() - from, scan);
    Refusal refusal = scan.refusal();
    if (refusal != null) {
      phase = Phase.REFUSED;
      in.skipBytes(in.readableBytes());
      out.add(refusal);
      return;
    }
    announceHead(ctx);
    int scannedUpTo = stoppedAt < 0 ? in.writerIndex() : stoppedAt + 1;
    super.decode(ctx, in, out);
    scannedBytes = Math.max(0, scannedUpTo - in.readerIndex());
    notice(out);
  }

  private static void holdBack(ChannelHandlerContext ctx, ByteBuf in) {
    if (in.readableBytes() > MAX_PAUSED_BYTES) {
      ctx.close();
    }
  }

  private void announceHead(ChannelHandlerContext ctx) {
    if (!headAnnounced && (scan.isInside() || scan.isDone())) {
      headAnnounced = true;
      ctx.fireUserEventTriggered(HeadStarted.INSTANCE);
    }
  }

  /** Follows the parser: which part of a message do the next bytes belong to? */
  private void notice(List<Object> out) {
    for (Object message : out) {
      if (message instanceof HttpRequest request) {
        phase = Phase.BODY;
        scannedBytes = 0;
        leavesHttp =
            request.method().equals(HttpMethod.CONNECT) || request.headers().contains("Upgrade");
      }
      if (message instanceof LastHttpContent) {
        phase = leavesHttp ? Phase.PAUSED : Phase.HEAD;
        headAnnounced = false;
        scan.reset();
      }
    }
  }
}
