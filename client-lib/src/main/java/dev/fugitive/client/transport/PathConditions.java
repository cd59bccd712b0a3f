package dev.fugitive.client.transport;

import java.time.Duration;

/**
 * What lies between two hosts of a {@link MemoryNetwork}.
 *
 * @param oneWayDelay how long a frame travels, either way
 * @param loss the share of frames that are lost on the way; each is sent again a round trip later,
 *     and those behind it wait
 */
public record PathConditions(Duration oneWayDelay, double loss) {
  /** Nothing between them. */
  public static final PathConditions NONE = new PathConditions(Duration.ZERO, 0);

  private static final long MIN_RETRANSMISSION_NANOS = 1_000_000;
  private static final long MAX_RETRANSMISSION_NANOS = 400_000_000;

  public PathConditions {
    if (oneWayDelay.isNegative()) {
      throw new IllegalArgumentException(
          "one-way delay: " + oneWayDelay + " (expected: not negative)");
    }
    if (!(loss >= 0 && loss <= 0.5)) {
      throw new IllegalArgumentException("loss: " + loss + " (expected: 0 to 0.5)");
    }
  }

  long delayNanos() {
    return oneWayDelay.toNanos();
  }

  /**
   * From a loss until the frame is sent again: the round trip in which the other end notices,
   * doubled with each loss of the same frame up to a limit.
   */
  long retransmissionNanos(int attempts) {
    long roundTripNanos = Math.max(2 * delayNanos(), MIN_RETRANSMISSION_NANOS);
    int doublings = Math.min(attempts - 1, 16);
    return Math.min(
        roundTripNanos << doublings, Math.max(roundTripNanos, MAX_RETRANSMISSION_NANOS));
  }
}
