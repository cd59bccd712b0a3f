package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.transfer.Presence.Verdict;
import org.junit.jupiter.api.Test;

/** When a fellow is asked whether it is there, and when it is taken not to be. */
class PresenceTest {
  private static final long QUIET = SwarmLimits.QUIET_NANOS;
  private static final long PATIENCE = SwarmLimits.PROBE_PATIENCE_NANOS;

  private final Presence presence = new Presence(0);

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
  void whoSpeaksAgainIsBack() {
    presence.look(QUIET);
    presence.look(QUIET + PATIENCE);
    presence.word(10 * PATIENCE);
    assertThat(presence.isAbsent()).isFalse();
    assertThat(presence.look(10 * PATIENCE + QUIET)).isEqualTo(Verdict.PROBE);
  }
}
