package dev.fugitive.client.mesh;

import dev.fugitive.client.transport.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** One association that carries bulk, and how it gets on. Safe for use by several threads. */
final class Carrier {
  /** Less than this may wait in an association that holds nothing back: a burst on its way. */
  private static final long HOLDING_BYTES = 16 * 1024;

  /** An association that sends nothing of what waits for so long is broken. */
  private static final long STUCK_NANOS = Duration.ofSeconds(4).toNanos();

  private final Link link;
  private volatile long waitingBytes;
  private volatile long progressNanos;
  private volatile long sentNanos;

  Carrier(Link link, long nowNanos) {
    this.link = link;
    this.progressNanos = nowNanos;
    this.sentNanos = nowNanos;
  }

  Link link() {
    return link;
  }

  void send(ByteBuffer frame, long nowNanos) throws IOException {
    sentNanos = nowNanos;
    link.send(frame);
  }

  /** When something was sent last. */
  long sentNanos() {
    return sentNanos;
  }

  /** What waits in it was counted. */
  void counted(long bytes, long nowNanos) {
    if (bytes == 0 || bytes < waitingBytes) {
      progressNanos = nowNanos;
    }
    waitingBytes = bytes;
  }

  /** Whether its own window keeps it from sending what it has. */
  boolean isHolding() {
    return waitingBytes > HOLDING_BYTES;
  }

  boolean hasWaiting() {
    return waitingBytes > 0;
  }

  /** Whether it has sent nothing for long, though it could. */
  boolean isStuck(long nowNanos) {
    return hasWaiting() && nowNanos - progressNanos >= STUCK_NANOS;
  }
}
