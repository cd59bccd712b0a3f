package dev.fugitive.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * Heads that one event loop has decoded lately, by their bytes: a client that asks for the same
 * again in the same words is spared the decoding.
 *
 * <p>What is decoded depends on the bytes alone, so equal bytes are the same request. A table with
 * one place for each hash: the latest is kept, and a collision costs a decoding and no more.
 */
final class RecentHeads {
  private static final int PLACES = 64;
  private static final int MAX_HEAD_BYTES = 2048;

  private final @Nullable Known[] places = new @Nullable Known[PLACES];

  private record Known(ByteBuf bytes, ReceivedRequest request) {}

  /** One table for each event loop. */
  static FastThreadLocal<RecentHeads> forEachLoop() {
    return new FastThreadLocal<>() {
      @Override
      protected RecentHeads initialValue() {
        return new RecentHeads();
      }
    };
  }

  /** The request that these bytes are, all of them and no more. */
  @Nullable ReceivedRequest find(ByteBuf bytes) {
    if (bytes.readableBytes() > MAX_HEAD_BYTES) {
      return null;
    }
    Known known = places[placeOf(bytes)];
    return known != null && ByteBufUtil.equals(known.bytes(), bytes) ? known.request() : null;
  }

  /** Remembers a request without a body by all of its bytes, which are copied. */
  void remember(ByteBuf bytes, ReceivedRequest request) {
    if (bytes.readableBytes() <= MAX_HEAD_BYTES) {
      places[placeOf(bytes)] = new Known(Unpooled.copiedBuffer(bytes), request);
    }
  }

  private static int placeOf(ByteBuf bytes) {
    int hash = ByteBufUtil.hashCode(bytes);
    return (hash ^ (hash >>> 16)) & (PLACES - 1);
  }
}
