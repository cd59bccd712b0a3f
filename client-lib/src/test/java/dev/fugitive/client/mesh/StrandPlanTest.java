package dev.fugitive.client.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.mesh.StrandPlan.Look;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

final class StrandPlanTest {
  private static final int MOST = Strands.MAX_CARRIERS;

  @Property(tries = 60, seed = "2026")
  void aPathThatLosesPacketsGetsStrandsThatPay(
      @ForAll @LongRange(min = 1, max = 1_000_000) long seed,
      @ForAll @IntRange(min = 20, max = 150) int roundTripMillis,
      @ForAll @IntRange(min = 1, max = 10) int lossPerMille) {
    LossyPath path = new LossyPath(100, roundTripMillis, lossPerMille / 1000.0, seed);
    path.run(20);
    path.startCounting();
    path.run(30);
    double alone = LossyPath.mathisMegabits(roundTripMillis, lossPerMille / 1000.0);
    assertThat(path.countedMegabits()).isGreaterThan(Math.min(60, 2.5 * alone));
    assertThat(path.carriers()).isLessThanOrEqualTo(MOST);
  }

  @Property(tries = 60, seed = "2026")
  void aPathWithoutLossWhoseQueueHoldsWhatIsAskedForGetsNone(
      @ForAll @LongRange(min = 1, max = 1_000_000) long seed,
      @ForAll @IntRange(min = 2, max = 200) int roundTripMillis,
      @ForAll @IntRange(min = 15, max = 400) int megabits) {
    LossyPath path = new LossyPath(megabits, roundTripMillis, 0, seed);
    path.run(60);
    assertThat(path.opened()).isZero();
  }

  @Test
  void fourTimesTheRateOfOneAssociationAfterTwoSeconds() {
    LossyPath path = new LossyPath(100, 40, 0.001, 7);
    path.run(2);
    path.startCounting();
    path.run(10);
    assertThat(path.countedMegabits()).isGreaterThan(4 * LossyPath.mathisMegabits(40, 0.001));
  }

  @Test
  void whereLossKeepsWindowsSmallFramesAreLong() {
    Sender sender = new Sender();
    sender.falls = false;
    sender.run(10, 0);
    assertThat(sender.isNarrow(40)).as("no loss was seen").isFalse();
    sender.falls = true;
    sender.run(10, 0);
    assertThat(sender.isNarrow(10)).isTrue();
    assertThat(sender.isNarrow(40)).as("1 MB/s over 40 ms are 40 KB").isFalse();
  }

  @Test
  void strandsThatBringNothingAreGivenUpAndSeldomTried() {
    Sender sender = new Sender();
    sender.run(600, 0);
    assertThat(sender.carriers).isEqualTo(1);
    assertThat(sender.tries).isBetween(3, 8);
  }

  @Test
  void aSteadyRateIsNoSignOfLoss() {
    Sender sender = new Sender();
    sender.falls = false;
    sender.run(600, 0);
    assertThat(sender.tries).isZero();
  }

  @Test
  void whoSendsToOthersTooTriesNone() {
    Sender sender = new Sender();
    sender.run(60, 600_000);
    assertThat(sender.tries).isZero();
    sender.run(60, 100_000);
    assertThat(sender.tries).isPositive();
  }

  @Test
  void strandsThatDoNotOpenAreGivenUp() {
    Sender sender = new Sender();
    sender.opens = false;
    sender.run(60, 0);
    assertThat(sender.tries).isBetween(1, 4);
    assertThat(sender.given).isZero();
  }

  @Test
  void strandsThatPaidStayWhereNoMoreCanBeOpened() {
    Sender sender = new Sender();
    sender.pays = true;
    sender.most = 4;
    sender.run(600, 0);
    assertThat(sender.tries).isGreaterThan(2);
    assertThat(sender.carriers).isEqualTo(4);
    assertThat(sender.given).isZero();
  }

  @Test
  void aPauseForgetsWhatWasMeasured() {
    Sender sender = new Sender();
    for (int i = 0; i < 20; i++) {
      sender.run(0.25, 0);
      sender.pause(2);
    }
    assertThat(sender.tries).isZero();
  }

  /**
   * A sender that is always held back, however many associations it has: at half its rate for an
   * eighth of a second in every four, as if windows were cut. Its rate grows with their number only
   * where they pay.
   */
  private static final class Sender {
    private static final long BYTES_PER_SECOND = 1_000_000;
    private static final long STEP_NANOS = 10_000_000;

    private final StrandPlan plan = new StrandPlan(MOST);
    private boolean opens = true;
    private boolean pays;
    private int most = MOST;
    private boolean falls = true;
    private int carriers = 1;
    private int given;
    private int tries;
    private long nowNanos;
    private long sentBytes;
    private long othersBytes;

    void run(double seconds, long othersBytesPerSecond) {
      long end = nowNanos + (long) (seconds * 1e9);
      while (nowNanos < end) {
        nowNanos += STEP_NANOS;
        boolean cut = falls && nowNanos / 1_000_000 % 4_000 < 120;
        long full = BYTES_PER_SECOND * (pays ? carriers : 1);
        long rate = cut ? full / 2 : full;
        sentBytes += rate * STEP_NANOS / 1_000_000_000;
        othersBytes += othersBytesPerSecond * STEP_NANOS / 1_000_000_000;
        int change =
            plan.on(new Look(sentBytes, othersBytes, carriers, carriers, 40_000_000, nowNanos));
        tries += change > 0 ? 1 : 0;
        given -= Math.min(0, change);
        carriers = opens ? Math.min(most, carriers + change) : carriers;
      }
    }

    boolean isNarrow(int roundTripMillis) {
      return plan.isNarrow(
          new Look(sentBytes, othersBytes, 1, 1, roundTripMillis * 1_000_000L, nowNanos));
    }

    void pause(double seconds) {
      nowNanos += (long) (seconds * 1e9);
    }
  }
}
