package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How long a reader waits for others, again and again. */
class PatienceTest {
  private static final long SECOND = 1_000_000_000;

  private final Patience patience = new Patience();

  @Test
  void whoWaitedInVainWaitsHalfAsLongAndReadsTwiceAsMuch() {
    assertThat(patience.nanos()).isEqualTo(8 * SECOND);
    assertThat(patience.blocks()).isEqualTo(1);
    patience.over(32);
    assertThat(patience.nanos()).isEqualTo(4 * SECOND);
    assertThat(patience.blocks()).isEqualTo(2);
  }

  @Test
  void asManyBlocksAsALongContentHasAreReadAfterLessThanAMinuteOfWaiting() {
    long waitedNanos = 0;
    int blocks = 0;
    while (blocks < 4096) {
      waitedNanos += patience.nanos();
      blocks += patience.blocks();
      patience.over(patience.blocks());
    }
    assertThat(waitedNanos).isLessThan(35 * SECOND);
  }

  @Test
  void asMuchFromOthersAsWasReadInHasteGivesThemAllTheirTimeAgain() {
    patience.over(32);
    patience.brought(31);
    assertThat(patience.nanos()).isEqualTo(4 * SECOND);
    patience.brought(1);
    assertThat(patience.nanos()).isEqualTo(8 * SECOND);
    assertThat(patience.blocks()).isEqualTo(1);
  }
}
