package dev.fugitive.client.mesh;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the strands of all sessions share: how many there may be, and how much bulk moves in all.
 * Safe for use by several threads.
 */
final class StrandPool {
  private final int max;
  private final AtomicInteger taken = new AtomicInteger();
  private final LongAdder sentBytes = new LongAdder();
  private final LongAdder receivedBytes = new LongAdder();

  StrandPool(int max) {
    this.max = max;
  }

  /** Takes a place for one more strand; false where there is none. */
  boolean take() {
    if (taken.incrementAndGet() <= max) {
      return true;
    }
    taken.decrementAndGet();
    return false;
  }

  /** A strand is closed. */
  void giveBack() {
    taken.decrementAndGet();
  }

  /** Strands of all sessions, those included that are being opened. */
  int taken() {
    return taken.get();
  }

  void sent(int bytes) {
    sentBytes.add(bytes);
  }

  void received(int bytes) {
    receivedBytes.add(bytes);
  }

  long sentBytes() {
    return sentBytes.sum();
  }

  long receivedBytes() {
    return receivedBytes.sum();
  }
}
