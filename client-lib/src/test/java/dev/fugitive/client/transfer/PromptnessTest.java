package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** For how long the answer of one that may fetch the content too is waited. */
class PromptnessTest {
  private static final long MILLI = 1_000_000;

  private final Promptness promptness = new Promptness();

  @Test
  void whereNobodyAnswersItIsProbablyUsThatAreSlow() {
    assertThat(promptness.patienceNanos()).isEqualTo(SwarmLimits.MAX_FELLOW_PATIENCE_NANOS);
  }

  @Test
  void whereAnswersComeSoonTheOthersAreNotWaitedForLong() {
    promptness.answered(30 * MILLI);
    assertThat(promptness.patienceNanos()).isEqualTo(SwarmLimits.FELLOW_PATIENCE_NANOS);
  }

  @Test
  void theSlowestAnswerCountsWithinTheLimit() {
    promptness.answered(100 * MILLI);
    promptness.answered(30 * MILLI);
    assertThat(promptness.patienceNanos()).isEqualTo(300 * MILLI);
    promptness.answered(2_000 * MILLI);
    assertThat(promptness.patienceNanos()).isEqualTo(SwarmLimits.MAX_FELLOW_PATIENCE_NANOS);
  }
}
