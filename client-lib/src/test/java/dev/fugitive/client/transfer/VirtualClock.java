package dev.fugitive.client.transfer;

import java.util.PriorityQueue;

/**
 * Time that only moves to what is due next: everything happens in the order of its time, at one
 * time in the order in which it was asked for. All that is noted is folded into one number, the
 * trace: two runs of which that is the same did the same.
 */
final class VirtualClock {
  private final PriorityQueue<Due> agenda = new PriorityQueue<>();
  private long nowNanos;
  private long sequence;
  private long steps;
  private long trace;

  private record Due(long atNanos, long sequence, Runnable action) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  long nowNanos() {
    return nowNanos;
  }

  /** How many things happened. */
  long steps() {
    return steps;
  }

  long trace() {
    return trace;
  }

  void note(long what) {
    long z = (trace ^ what) + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    trace = z ^ (z >>> 31);
  }

  void at(long atNanos, Runnable action) {
    if (atNanos < nowNanos) {
      throw new AssertionError("due: %d ns (expected: not before %d)".formatted(atNanos, nowNanos));
    }
    agenda.add(new Due(atNanos, sequence++, action));
  }

  void after(long nanos, Runnable action) {
    at(nowNanos + nanos, action);
  }

  boolean isEmpty() {
    return agenda.isEmpty();
  }

  /** Does what is due next. */
  void step() {
    Due due = agenda.remove();
    if (due.atNanos() < nowNanos) {
      throw new AssertionError(
          "time: %d ns (expected: not before %d)".formatted(due.atNanos(), nowNanos));
    }
    nowNanos = due.atNanos();
    steps++;
    due.action().run();
  }
}
