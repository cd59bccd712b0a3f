package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.transfer.Presence.Verdict;
import org.junit.jupiter.api.Test;

/** When a fellow is asked whether it is there, and when it is taken not to be. */
class PresenceTest {
  private static final long QUIET = SwarmLimits.QUIET_NANOS;
  private static final long PATIENCE = SwarmLimits.PROBE_PATIENCE_NANOS;

  private final Promptness promptness = new Promptness();
  private final Presence presence = new Presence(promptness, 0);

  @Test
  void whoSpeaksIsNotAsked() {
    for (long now = 0; now < 10 * QUIET; now += QUIET - 1) {
      assertThat(presence.look(now)).isEqualTo(Verdict.NOTHING);
      presence.word(now);
    }
    assertThat(presence.dueNanos()).isGreaterThan(10 * QUIET);
  }

  @Test
  void whoSaysNothingIsAskedOnceAndThenMissed() {
    assertThat(presence.look(QUIET - 1)).isEqualTo(Verdict.NOTHING);
    assertThat(presence.look(QUIET)).isEqualTo(Verdict.PROBE);
    assertThat(presence.dueNanos()).isEqualTo(QUIET + PATIENCE);
    promptness.heard(QUIET + 1);
    assertThat(presence.look(QUIET + PATIENCE - 1)).isEqualTo(Verdict.NOTHING);
    assertThat(presence.isAbsent()).isFalse();

    assertThat(presence.look(QUIET + PATIENCE)).isEqualTo(Verdict.MISS);
    assertThat(presence.isAbsent()).isTrue();
    assertThat(presence.look(100 * PATIENCE)).isEqualTo(Verdict.NOTHING);
    assertThat(presence.dueNanos()).isEqualTo(Long.MAX_VALUE);
  }

  /** A loop that was held up for long must not take that for the fellow's silence. */
  @Test
  void whoWasNotAskedIsNotMissed() {
    assertThat(presence.look(100 * PATIENCE)).isEqualTo(Verdict.PROBE);
    assertThat(presence.look(101 * PATIENCE - 1)).isEqualTo(Verdict.NOTHING);
  }

  @Test
  void whoAnswersIsThere() {
    assertThat(presence.look(QUIET)).isEqualTo(Verdict.PROBE);
    presence.word(QUIET + PATIENCE - 1);
    assertThat(presence.look(QUIET + PATIENCE)).isEqualTo(Verdict.NOTHING);
    assertThat(presence.dueNanos()).isEqualTo(2 * QUIET + PATIENCE - 1);
  }

  @Test
  void whereNobodySaysAnythingNobodyIsMissed() {
    presence.look(QUIET);
    assertThat(presence.look(QUIET + PATIENCE)).isEqualTo(Verdict.NOTHING);
    assertThat(presence.dueNanos()).isEqualTo(2 * QUIET + PATIENCE);
    promptness.heard(QUIET + PATIENCE + 1);
    assertThat(presence.look(2 * QUIET + PATIENCE)).isEqualTo(Verdict.MISS);
  }

  /** It waits behind what is sent, which takes longer for some than for others. */
  @Test
  void anAnswerIsWaitedForAsLongAsAnswersTake() {
    for (int i = 0; i < 100; i++) {
      promptness.answeredProbe(SwarmLimits.MIN_PROBE_PATIENCE_NANOS / 100);
    }
    assertThat(promptness.probePatienceNanos()).isEqualTo(SwarmLimits.MIN_PROBE_PATIENCE_NANOS);
    for (int i = 0; i < 100; i++) {
      promptness.answeredProbe(2 * SwarmLimits.MIN_PROBE_PATIENCE_NANOS);
    }
    assertThat(promptness.probePatienceNanos())
        .isBetween(2 * SwarmLimits.MIN_PROBE_PATIENCE_NANOS, SwarmLimits.MAX_PROBE_PATIENCE_NANOS);
    promptness.answeredProbe(10 * SwarmLimits.MAX_PROBE_PATIENCE_NANOS);
    assertThat(promptness.probePatienceNanos()).isEqualTo(SwarmLimits.MAX_PROBE_PATIENCE_NANOS);
  }

  @Test
  void whoSpeaksAgainIsBack() {
    presence.look(QUIET);
    promptness.heard(QUIET + 1);
    presence.look(QUIET + PATIENCE);
    assertThat(presence.word(10 * PATIENCE)).isTrue();
    assertThat(presence.isAbsent()).isFalse();
    assertThat(presence.look(10 * PATIENCE + QUIET)).isEqualTo(Verdict.PROBE);
  }
}
