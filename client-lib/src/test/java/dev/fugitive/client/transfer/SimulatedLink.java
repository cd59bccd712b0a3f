package dev.fugitive.client.transfer;

import java.util.PriorityQueue;

/**
 * One bottleneck with a rate, a delay and a drop-tail queue, shared by flows that ask for frames,
 * on a clock of its own.
 */
final class SimulatedLink {
  static final int FRAME_BYTES = 64 * 1024;
  private static final long RETRANSMISSION_NANOS = 400_000_000;

  private final long oneWayNanos;
  private final long queueNanos;
  private double bytesPerNano;
  private long freeAtNanos;
  private long longestQueueNanos;
  private int overflows;
  private long nowNanos;
  private long sequence;
  private final PriorityQueue<Due> events = new PriorityQueue<>();

  private record Due(long atNanos, long sequence, Runnable action) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  SimulatedLink(double megabitsPerSecond, long roundTripMillis, long queueMillis) {
    this.oneWayNanos = roundTripMillis * 1_000_000 / 2;
    this.queueNanos = queueMillis * 1_000_000;
    setRate(megabitsPerSecond);
  }

  void setRate(double megabitsPerSecond) {
    bytesPerNano = megabitsPerSecond / 8 * 1e6 / 1e9;
  }

  void at(long atNanos, Runnable action) {
    events.add(new Due(atNanos, sequence++, action));
  }

  void runUntil(long untilNanos) {
    while (!events.isEmpty() && events.peek().atNanos() <= untilNanos) {
      Due due = events.poll();
      nowNanos = due.atNanos();
      due.action().run();
    }
    nowNanos = untilNanos;
  }

  long nowNanos() {
    return nowNanos;
  }

  long longestQueueNanos() {
    return longestQueueNanos;
  }

  void forgetLongestQueue() {
    longestQueueNanos = 0;
  }

  int overflows() {
    return overflows;
  }

  /** The frame that was asked for reaches the bottleneck after half a round trip. */
  private void send(int bytes, Runnable arrived) {
    at(nowNanos + oneWayNanos, () -> enqueue(bytes, arrived));
  }

  private void enqueue(int bytes, Runnable arrived) {
    long wait = Math.max(0, freeAtNanos - nowNanos);
    longestQueueNanos = Math.max(longestQueueNanos, wait);
    if (wait > queueNanos) {
      overflows++;
      at(nowNanos + RETRANSMISSION_NANOS, () -> enqueue(bytes, arrived));
      return;
    }
    freeAtNanos = nowNanos + wait + (long) (bytes / bytesPerNano);
    at(freeAtNanos + oneWayNanos, arrived);
  }

  /** A flow that always asks for as much as its window allows. */
  Flow flow(PathEstimate estimate) {
    return new Flow(estimate);
  }

  final class Flow {
    final RequestWindow window;
    private long deliveredBytes;

    private Flow(PathEstimate estimate) {
      window = new RequestWindow(estimate, nowNanos);
    }

    void ask() {
      while (window.hasRoomFor(FRAME_BYTES)) {
        PathModel.Flight flight = window.asked(FRAME_BYTES, nowNanos);
        send(
            FRAME_BYTES,
            () -> {
              deliveredBytes += FRAME_BYTES;
              window.delivered(flight, FRAME_BYTES, nowNanos);
              ask();
            });
      }
    }

    long takeDeliveredBytes() {
      long bytes = deliveredBytes;
      deliveredBytes = 0;
      return bytes;
    }
  }
}
