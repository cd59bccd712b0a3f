package dev.fugitive.client.transport;

/**
 * How fast one host of a {@link MemoryNetwork} is connected; all its links share this.
 *
 * @param uplinkBitsPerSecond what it sends at; its links take turns, frame by frame
 * @param downlinkBitsPerSecond what it receives at
 * @param queueBytes what may wait before its downlink; a frame that finds the queue full is dropped
 *     (drop-tail) and sent again
 */
public record HostRates(long uplinkBitsPerSecond, long downlinkBitsPerSecond, long queueBytes) {
  /** Frames pass in no time. */
  public static final HostRates UNLIMITED =
      new HostRates(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

  public HostRates {
    requirePositive("uplink bits per second", uplinkBitsPerSecond);
    requirePositive("downlink bits per second", downlinkBitsPerSecond);
    requirePositive("queue bytes", queueBytes);
  }

  /** How long a host that sends or receives at this rate takes for so many bytes. */
  static long nanosFor(int lengthBytes, long bitsPerSecond) {
    return bitsPerSecond == Long.MAX_VALUE
        ? 0
        : Math.ceilDiv(lengthBytes * 8L * 1_000_000_000L, bitsPerSecond);
  }

  private static void requirePositive(String what, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: > 0)");
    }
  }
}
