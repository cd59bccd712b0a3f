package dev.fugitive.bench.lab;

/**
 * What crossed a host's link, headers and what was sent again included.
 *
 * @param sentBytes from the host, before its queue
 * @param receivedBytes to the host
 * @param droppedPackets that a queue had no room for, or that were lost
 */
public record Counters(long sentBytes, long receivedBytes, long droppedPackets) {
  /** Nothing yet. */
  public static final Counters NONE = new Counters(0, 0, 0);

  /** Of two links together. */
  Counters plus(Counters other) {
    return new Counters(
        sentBytes + other.sentBytes,
        receivedBytes + other.receivedBytes,
        droppedPackets + other.droppedPackets);
  }

  /** What came since. */
  public Counters since(Counters before) {
    return new Counters(
        sentBytes - before.sentBytes,
        receivedBytes - before.receivedBytes,
        droppedPackets - before.droppedPackets);
  }
}
