package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ContentId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sends the chunks of its flows in turns, one at a time, at a rate. */
final class VirtualUplink {
  private record Sending(int chunk, Runnable sent, Runnable arrival) {}

  private final VirtualClock clock;
  private final long oneWayNanos;
  private final double bytesPerSecond;
  private final Map<Object, Deque<Sending>> flows = new LinkedHashMap<>();
  private boolean busy;

  VirtualUplink(VirtualClock clock, long oneWayNanos, double megabits) {
    this.clock = clock;
    this.oneWayNanos = oneWayNanos;
    this.bytesPerSecond = megabits * 1e6 / 8;
  }

  double bytesPerSecond() {
    return bytesPerSecond;
  }

  /**
   * Queues a chunk; says when it has left and when it is there. Returns how many chunks of that
   * flow wait now.
   */
  int send(Object flow, int chunk, Runnable sent, Runnable arrival) {
    Deque<Sending> queue = flows.computeIfAbsent(flow, key -> new ArrayDeque<>());
    queue.add(new Sending(chunk, sent, arrival));
    int waiting = queue.size();
    next();
    return waiting;
  }

  /** Nothing more of a flow is sent. */
  void forget(Object flow) {
    flows.remove(flow);
  }

  void forgetAll() {
    flows.clear();
  }

  /** How long it takes until each flow has sent a chunk. */
  long turnNanos() {
    return flows.size() * chunkNanos();
  }

  private long chunkNanos() {
    return (long) (ContentId.CHUNK_BYTES * 1e9 / bytesPerSecond);
  }

  void cancel(Object flow, int first, int count) {
    Deque<Sending> queue = flows.get(flow);
    if (queue == null) {
      return;
    }
    queue.removeIf(sending -> sending.chunk() >= first && sending.chunk() < first + count);
    if (queue.isEmpty()) {
      flows.remove(flow);
    }
  }

  private void next() {
    if (busy || flows.isEmpty()) {
      return;
    }
    Map.Entry<Object, Deque<Sending>> turn = flows.entrySet().iterator().next();
    Sending sending = turn.getValue().remove();
    flows.remove(turn.getKey());
    if (!turn.getValue().isEmpty()) {
      flows.put(turn.getKey(), turn.getValue());
    }
    busy = true;
    clock.after(
        chunkNanos(),
        () -> {
          busy = false;
          sending.sent().run();
          clock.after(oneWayNanos, sending.arrival());
          next();
        });
  }
}
