package dev.fugitive.proxy.http;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** Sends without end on a thread of its own, and counts what was taken. */
final class Flood {
  private final AtomicLong sent = new AtomicLong();
  private long sentBefore = -1;

  Flood(RawClient client) {
    Thread.ofVirtual().start(() -> send(client));
  }

  private void send(RawClient client) {
    byte[] block = new byte[16 * 1024];
    try {
      while (true) {
        client.send(block);
        sent.addAndGet(block.length);
      }
    } catch (IOException closed) {
      sent.addAndGet(0);
    }
  }

  long sentBytes() {
    return sent.get();
  }

  /** Whether nothing was taken since the last question. */
  boolean hasStopped() {
    long now = sent.get();
    boolean stopped = now == sentBefore;
    sentBefore = now;
    return stopped;
  }
}
