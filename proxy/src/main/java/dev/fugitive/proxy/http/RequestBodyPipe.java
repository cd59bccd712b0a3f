package dev.fugitive.proxy.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands a request's body from the event loop to the virtual thread that sends it on.
 *
 * <p>Bounded by its reads: {@link #take} asks for the next block only when it has taken one, and a
 * read brings one block (at most 64 KiB), so two blocks wait here at most. The event loop adds and
 * never waits; the virtual thread takes and may.
 */
final class RequestBodyPipe {
  /** The client stopped sending in the middle of a body, or sends next to nothing. */
  static final class StalledException extends IOException {
    private final long limitMillis;

    StalledException(long limitMillis) {
      super("request body: next to nothing arrived for " + limitMillis + " ms");
      this.limitMillis = limitMillis;
    }

    long limitMillis() {
      return limitMillis;
    }
  }

  /** The body broke the rules of its framing. */
  static final class MalformedException extends IOException {
    private final transient Refusal refusal;

    MalformedException(Refusal refusal) {
      super(refusal.words());
      this.refusal = refusal;
    }

    Refusal refusal() {
      return refusal;
    }
  }

  private sealed interface Item {
    record Block(ByteBuf bytes) implements Item {}

    record End() implements Item {}

    record Failure(IOException cause) implements Item {}
  }

  private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();
  private final Runnable readMore;
  private final long stallMillis;
  private final LongSupplier nanoTime;

  /** Touched by the taker alone. */
  private final Pace pace;

  /** Set by the taker when it has ended; whoever adds or closes after that drains. */
  private volatile boolean closed;

  /** The action asks the event loop for one more block; it may be called from any thread. */
  RequestBodyPipe(
      Runnable readMore, long stallMillis, long minBytesPerSecond, LongSupplier nanoTime) {
    this.readMore = readMore;
    this.stallMillis = stallMillis;
    this.nanoTime = nanoTime;
    this.pace = new Pace(minBytesPerSecond, stallMillis);
  }

  void offer(ByteBuf bytes) {
    items.add(new Item.Block(bytes));
    if (closed) {
      drain();
    }
  }

  void end() {
    items.add(new Item.End());
  }

  void fail(IOException cause) {
    items.add(new Item.Failure(cause));
  }

  /** The next block, which the caller releases; null at the end of the body. */
  @Nullable ByteBuf take() throws IOException {
    try {
      long startedNanos = nanoTime.getAsLong();
      Item item = items.poll(stallMillis, TimeUnit.MILLISECONDS);
      pace.waited(nanoTime.getAsLong() - startedNanos);
      return switch (item) {
        case null -> throw new StalledException(stallMillis);
        case Item.Block(ByteBuf bytes) -> {
          pace.moved(bytes.readableBytes());
          if (pace.isTooSlow()) {
            bytes.release();
            throw new StalledException(stallMillis);
          }
          readMore.run();
          yield bytes;
        }
        case Item.End end -> {
          items.add(end);
          yield null;
        }
        case Item.Failure(IOException cause) -> throw cause;
      };
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the request body", interrupted);
    }
  }

  /** Releases what nobody took, now and later. Called when the taker has ended. */
  void close() {
    closed = true;
    drain();
  }

  private void drain() {
    for (Item item = items.poll(); item != null; item = items.poll()) {
      if (item instanceof Item.Block(ByteBuf bytes)) {
        bytes.release();
      }
    }
  }
}
