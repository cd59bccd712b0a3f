package dev.fugitive.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * The buffer through which one event loop sends what is in memory. The socket has nearly always
 * taken it when the write returns; then the next answer is written over it while it is in the
 * processor's cache.
 */
final class OutgoingBlock {
  /** The largest block. */
  static final int BYTES = 64 * 1024;

  private final ByteBuf block = ByteBufAllocator.DEFAULT.directBuffer(BYTES, BYTES);

  /** One buffer for each event loop, which releases it when it ends. */
  static FastThreadLocal<OutgoingBlock> forEachLoop() {
    return new FastThreadLocal<>() {
      @Override
      protected OutgoingBlock initialValue() {
        return new OutgoingBlock();
      }

      @Override
      protected void onRemoval(OutgoingBlock unused) {
        unused.block.release();
      }
    };
  }

  /** An empty buffer with room for so much; another one where the last is still being sent. */
  ByteBuf empty(int byteCount) {
    return block.refCnt() == 1 && byteCount <= BYTES
        ? block.retain().clear()
        : ByteBufAllocator.DEFAULT.directBuffer(byteCount);
  }
}
