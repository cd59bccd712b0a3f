package dev.fugitive.client.transfer.upload;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.Closeable;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Compresses byte arrays with zstd; keeps a few native contexts, because making one costs more than
 * using it. Safe for use by several threads.
 */
final class CompressorPool implements Closeable {
  private final int level;
  private final BlockingQueue<ZstdCompressCtx> idle;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();

  CompressorPool(int level, int maxIdle) {
    this.level = level;
    this.idle = new ArrayBlockingQueue<>(maxIdle);
  }

  byte[] compress(byte[] plain) {
    byte[] target = new byte[(int) Zstd.compressBound(plain.length)];
    ZstdCompressCtx context = take();
    try {
      int length = context.compressByteArray(target, 0, target.length, plain, 0, plain.length);
      return Arrays.copyOf(target, length);
    } finally {
      giveBack(context);
    }
  }

  private ZstdCompressCtx take() {
    ZstdCompressCtx context = idle.poll();
    if (context != null) {
      return context;
    }
    open.incrementAndGet();
    return new ZstdCompressCtx().setLevel(level);
  }

  private void giveBack(ZstdCompressCtx context) {
    if (!idle.offer(context)) {
      free(context);
    }
    if (closed.get()) {
      freeIdle();
    }
  }

  /** Frees the contexts; those in use are freed when they are given back. */
  @Override
  public void close() {
    closed.set(true);
    freeIdle();
  }

  /** Native contexts that are not freed. */
  int openContexts() {
    return open.get();
  }

  private void freeIdle() {
    for (ZstdCompressCtx context = idle.poll(); context != null; context = idle.poll()) {
      free(context);
    }
  }

  private void free(ZstdCompressCtx context) {
    context.close();
    open.decrementAndGet();
  }
}
