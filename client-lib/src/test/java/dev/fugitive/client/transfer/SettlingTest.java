package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How long a crowd is looked for before anything is read. */
class SettlingTest {
  private static final long MILLI = 1_000_000;
  private static final long BEGAN = 5_000 * MILLI;

  private static Settling gatheredAfter(long millis) {
    Settling settling = new Settling(BEGAN);
    settling.gathered(at(millis));
    settling.changed(at(millis));
    return settling;
  }

  private static long at(long millis) {
    return BEGAN + millis * MILLI;
  }

  @Test
  void itIsQuietForTwiceWhatTheFirstAnswerTook() {
    assertThat(gatheredAfter(100).endNanos(true)).isEqualTo(at(300));
  }

  @Test
  void theQuietHasBounds() {
    assertThat(gatheredAfter(1).endNanos(true)).isEqualTo(at(1 + 60));
    assertThat(gatheredAfter(500).endNanos(true)).isEqualTo(at(500 + 300));
  }

  @Test
  void whoHasNotToldIsWaitedForALittleLonger() {
    assertThat(gatheredAfter(10).endNanos(true)).isEqualTo(at(10 + 60));
    assertThat(gatheredAfter(10).endNanos(false)).isEqualTo(at(10 + 150));
  }

  @Test
  void eachWhoIsNewBeginsTheQuietAgainButNotForEver() {
    Settling settling = gatheredAfter(100);
    settling.changed(at(250));
    assertThat(settling.endNanos(true)).isEqualTo(at(450));
    settling.gathered(at(900));
    settling.changed(at(1_050));
    assertThat(settling.endNanos(true)).isEqualTo(at(1_100));
    assertThat(settling.isYoung(at(1_099))).isTrue();
    assertThat(settling.isYoung(at(1_100))).isFalse();
  }

  @Test
  void withoutAFellowNobodyIsWaitedFor() {
    assertThat(new Settling(BEGAN).isYoung(at(1))).isFalse();
  }
}
