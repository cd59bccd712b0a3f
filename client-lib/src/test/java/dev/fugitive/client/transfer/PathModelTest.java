package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.transfer.PathModel.Flight;
import java.util.ArrayDeque;
import java.util.Deque;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class PathModelTest {
  private static final int FRAME_BYTES = 65_536;
  private static final long FRAME_NANOS = 5_000_000;
  private static final double BYTES_PER_SECOND = FRAME_BYTES * 1e9 / FRAME_NANOS;
  private static final int OUTSTANDING_FRAMES = 14;

  private final PathModel model = new PathModel(PathEstimate.UNKNOWN, 0);
  private final Deque<Flight> outstanding = new ArrayDeque<>();

  /** A path that delivers a frame every 5 ms, and is asked for another each time. */
  private long steadyUntilNanos() {
    for (int i = 0; i < OUTSTANDING_FRAMES; i++) {
      ask(i * FRAME_NANOS);
    }
    long now = OUTSTANDING_FRAMES * FRAME_NANOS;
    for (int i = 0; i < 100; i++, now += FRAME_NANOS) {
      deliver(now);
      ask(now);
    }
    return now;
  }

  private void ask(long nowNanos) {
    outstanding.add(model.asked(outstanding.isEmpty(), false, nowNanos));
  }

  private void deliver(long nowNanos) {
    model.delivered(outstanding.remove(), FRAME_BYTES, nowNanos);
  }

  @Test
  void aSteadyPathsRateIsFound() {
    steadyUntilNanos();

    assertThat(model.bytesPerSecond()).isCloseTo(BYTES_PER_SECOND, Percentage.withPercentage(8));
  }

  @Test
  void whatWasHeldUpBehindALostPacketDoesNotLookFast() {
    long lost = steadyUntilNanos();

    long repaired = lost + 45_000_000;
    while (!outstanding.isEmpty()) {
      deliver(repaired);
    }

    assertThat(model.bytesPerSecond()).isLessThan(1.08 * BYTES_PER_SECOND);
  }
}
