package dev.fugitive.client.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A pipe of messages to one peer: reliable, in order, each message at most {@link
 * #MAX_FRAME_BYTES}.
 */
public interface Link {
  /**
   * The longest message that a link carries: 64 KiB of chunks and the frame's own fields around
   * them.
   */
  int MAX_FRAME_BYTES = 64 * 1024 + 2 * 1024;

  /**
   * Hands over a signal that came from the other side: its answer or one of its candidates. Never
   * blocks.
   */
  void signal(Signal fromRemote);

  /**
   * Sends one message; what the buffer holds between position and limit is copied before this
   * returns. Blocks while more than the link's high mark waits to be sent.
   *
   * @throws IOException where the link is closed, or stays above the mark for longer than its time
   *     limit (then it closes)
   */
  void send(ByteBuffer frame) throws IOException;

  /** Where the other end is, as far as is known, and only where nobody relays. */
  default Optional<InetAddress> remoteAddress() {
    return Optional.empty();
  }

  /** Bytes that wait to be sent, as far as is known. */
  long queuedBytes();

  /**
   * Has the bytes that wait counted anew: what {@link #queuedBytes} knows may be half a second old.
   * Never blocks.
   *
   * @param told hears of it soon, unless the link closes; on a thread that it must not hold up
   */
  void count(LongConsumer told);

  /** Closes the link; the listener hears of it once. Never blocks. */
  void close(String reason);
}
