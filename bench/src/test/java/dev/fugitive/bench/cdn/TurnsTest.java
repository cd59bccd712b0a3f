package dev.fugitive.bench.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private final Turns turns =
      new Turns(
          List.of(Side.CURL, Side.FUGITIVE), new Comparison.Settings(2, 1, 1, false, List.of(), 1));

  @Test
  void aRunThatDoesNotCountIsRepeatedAsOftenAsRunsWereAskedFor() {
    turns.took(run(Side.CURL, 0.1));
    turns.took(run(Side.FUGITIVE, 0.9));
    turns.took(run(Side.FUGITIVE, 0.7));
    assertThat(turns.next()).containsExactly(Side.FUGITIVE);
    turns.took(run(Side.FUGITIVE, 0.9));
    assertThat(turns.areOver()).isFalse();
    turns.took(run(Side.FUGITIVE, 0.9));
    assertThat(turns.areOver()).isTrue();
  }

  @Test
  void aProgramIsWarmWhenItNoLongerGetsCheaper() {
    WarmUp warmUp = new WarmUp(12);
    for (double seconds : new double[] {60, 30, 20, 16, 13, 13}) {
      warmUp.took(seconds);
      assertThat(warmUp.isOver()).isFalse();
    }
    warmUp.took(12.9);
    warmUp.took(13.5);
    assertThat(warmUp.isOver()).isTrue();
  }

  @Test
  void warmingUpHasALimit() {
    WarmUp warmUp = new WarmUp(4);
    for (double seconds : new double[] {60, 30, 15, 7}) {
      assertThat(warmUp.isOver()).isFalse();
      warmUp.took(seconds);
    }
    assertThat(warmUp.isOver()).isTrue();
  }

  private static Run run(Side side, double cpuShare) {
    return new Run("t", side, 1, 1, 0, 0, cpuShare, List.of(), Map.of());
  }
}
