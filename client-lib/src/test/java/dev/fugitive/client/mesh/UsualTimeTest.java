package dev.fugitive.client.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The smoothing of RFC 6298, by its own arithmetic. */
class UsualTimeTest {
  private final UsualTime time = new UsualTime();

  @Test
  void nothingIsKnownBeforeTheFirstTime() {
    assertThat(time.isKnown()).isFalse();
    assertThat(time.patienceNanos()).isZero();
  }

  @Test
  void theFirstTimeCountsHalfOfItselfAsDeviation() {
    time.add(800);
    assertThat(time.isKnown()).isTrue();
    assertThat(time.patienceNanos()).isEqualTo(800 + 4 * 400);
  }

  @Test
  void aLaterOneMovesTheDeviationByAQuarterAndTheTimeByAnEighth() {
    time.add(800);
    time.add(1600);
    assertThat(time.patienceNanos()).isEqualTo(900 + 4 * 500);
  }

  @Test
  void whatTakesTheSameEachTimeIsWaitedForLittleLonger() {
    for (int i = 0; i < 100; i++) {
      time.add(1_000_000);
    }
    assertThat(time.patienceNanos()).isBetween(1_000_000L, 1_000_020L);
  }
}
