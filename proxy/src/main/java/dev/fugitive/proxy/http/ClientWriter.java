package dev.fugitive.proxy.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes a response from a virtual thread, no faster than the client reads it.
 *
 * <p>The channel counts what it has not yet given to the socket, from the moment of the write on
 * whichever thread; above its high-water mark {@link #send} waits until that has drained to the low
 * one. So a slow reader costs one water mark of memory, and the source is read no faster. A stream
 * of HTTP/2 counts only once its event loop has the write, so those on the way there are counted
 * here.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class ClientWriter {
  /** The client is no longer there, or has stopped reading. */
  static final class ClientGoneException extends IOException {
    ClientGoneException(String message) {
      super(message);
    }
  }

  private static final int MAX_ON_THE_WAY = 2;

  private final Channel channel;
  private final long stallMillis;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Touched by the virtual thread that writes, alone. */
  private final Pace pace;

  @GuardedBy("lock")
  private boolean gone;

  @GuardedBy("lock")
  private int onTheWay;

  ClientWriter(Channel channel, long stallMillis, long minBytesPerSecond) {
    this.channel = channel;
    this.stallMillis = stallMillis;
    this.pace = new Pace(minBytesPerSecond, stallMillis);
  }

  /** Called on the event loop. */
  void writabilityChanged() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Called on the event loop. */
  void clientGone() {
    lock.lock();
    try {
      gone = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the client can take more. */
  void awaitWritable() throws IOException {
    long limitNanos = TimeUnit.MILLISECONDS.toNanos(stallMillis);
    long remainingNanos = limitNanos;
    lock.lock();
    try {
      while (!gone && channel.isActive() && (!channel.isWritable() || onTheWay > MAX_ON_THE_WAY)) {
        if (remainingNanos <= 0) {
          throw new ClientGoneException("the client has read nothing for " + stallMillis + " ms");
        }
        remainingNanos = changed.awaitNanos(remainingNanos);
      }
      pace.waited(limitNanos - remainingNanos);
      if (pace.isTooSlow()) {
        throw new ClientGoneException("the client reads next to nothing");
      }
      if (gone || !channel.isActive()) {
        throw new ClientGoneException("the client has closed the connection");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while writing to the client", interrupted);
    } finally {
      lock.unlock();
    }
  }

  /** Sends one part of a response; ownership of its buffer passes to the channel. */
  void send(Object part) {
    if (part instanceof ByteBufHolder body) {
      pace.moved(body.content().readableBytes());
    }
    if (channel instanceof Http2StreamChannel) {
      changeOnTheWay(1);
      channel
          .eventLoop()
          .execute(() -> {
            channel.writeAndFlush(part, channel.voidPromise());
            changeOnTheWay(-1);
          });
    } else {
      channel.writeAndFlush(part, channel.voidPromise());
    }
  }

  private void changeOnTheWay(int by) {
    lock.lock();
    try {
      onTheWay += by;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Sends the last part; the future completes when the socket has taken it. */
  ChannelFuture sendLast(Object part) {
    return channel.writeAndFlush(part);
  }
}
