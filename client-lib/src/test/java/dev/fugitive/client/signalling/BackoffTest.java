package dev.fugitive.client.signalling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(60));

  @Test
  void theWaitDoublesUpToTheCap() {
    assertThat(millis(1, 0)).isEqualTo(250);
    assertThat(millis(1, 0.5)).isEqualTo(375);
    assertThat(millis(2, 0)).isEqualTo(500);
    assertThat(millis(7, 0)).isEqualTo(16_000);
    assertThat(millis(8, 0)).isEqualTo(30_000);
    assertThat(millis(1_000_000, 0)).isEqualTo(30_000);
  }

  @Property(seed = "42")
  void theWaitIsBetweenHalfAndAllOfWhatItMayBe(
      @ForAll @IntRange(max = Integer.MAX_VALUE) int failures,
      @ForAll @DoubleRange(max = 1, maxIncluded = false) double random) {
    long least = BACKOFF.delayNanos(failures, 0);
    assertThat(BACKOFF.delayNanos(failures, random)).isBetween(least, 2 * least);
    assertThat(least).isBetween(250_000_000L, 30_000_000_000L);
  }

  @Test
  void aBackoffWithoutAWaitIsRefused() {
    assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)))
        .hasMessageContaining("expected: 0 < base <= cap");
  }

  private static long millis(int failures, double random) {
    return Duration.ofNanos(BACKOFF.delayNanos(failures, random)).toMillis();
  }
}
