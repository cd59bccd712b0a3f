package dev.fugitive.bench.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryTest {
  private static final Facts FACTS =
      new Facts(
          "t", Map.of(), Metric.SECONDS, 1000, OptionalDouble.of(1), "", List.of(), List.of());

  @TempDir Path directory;

  @Test
  void theLastFinisherIsTheMedianRunsAndVoidRunsDoNotCount() {
    Summary summary =
        Summary.of(
            List.of(
                run(1, 0.5, 1, 2, 9),
                run(2, 0.5, 1, 2, 3),
                run(3, 0.5, 1, 2, 5),
                run(4, 0.9, 100, 100, 100)),
            FACTS);

    assertThat(summary.runs()).isEqualTo(3);
    assertThat(summary.voided()).isEqualTo(1);
    assertThat(summary.median()).isEqualTo(2);
    assertThat(summary.last()).isEqualTo(5);
    assertThat(summary.bestLast()).isEqualTo(3);
    assertThat(summary.worstLast()).isEqualTo(9);
    assertThat(summary.copies()).isEqualTo(2);
  }

  @Test
  void ofRatesTheLastIsTheLeast() {
    Sample slow = sample(800);
    Sample fast = sample(100);
    Run run = new Run("t", Side.CURL, 1, 1, 0, 0, 0, List.of(slow, fast), Map.of());

    assertThat(Summary.last(run, Metric.MEGABITS)).isCloseTo(0.01, within(1e-9));
  }

  @Test
  void theCrowdsBoundIsTheOneThatBindsMost() {
    assertThat(Bounds.crowdSeconds(8 << 20, 16, 10, 10, 50)).isCloseTo(6.71, within(0.01));
    assertThat(Bounds.crowdSeconds(8 << 20, 16, 1000, 10, 50)).isCloseTo(1.342, within(0.01));
    assertThat(Bounds.crowdSeconds(8 << 20, 100, 20, 1, 50)).isCloseTo(55.92, within(0.01));
  }

  @Test
  void aLogGivesBackWhatItWasGiven() throws Exception {
    RunLog log = new RunLog(directory.resolve("runs.tsv"));
    Run run =
        new Run(
            "crowd, 4 nodes",
            Side.FUGITIVE,
            3,
            1.5,
            4096,
            7,
            0.25,
            List.of(new Sample("n1", 1.5, 2.5, 10, true, 6, 4, ""), sample(3)),
            Map.of("bans", 2.0));
    log.addSession(List.of("taken: now", "seed: 1"));
    log.add(run);

    assertThat(log.read().runs()).containsExactly(run);
    assertThat(log.read().sessions()).containsExactly("taken: now\tseed: 1");
  }

  private static Run run(int number, double cpuShare, double... seconds) {
    List<Sample> samples = new ArrayList<>();
    for (double each : seconds) {
      samples.add(sample(each * 1e3));
    }
    return new Run("t", Side.CURL, number, 1, 2000, 0, cpuShare, samples, Map.of());
  }

  private static Sample sample(double millis) {
    return new Sample("n2", 1, millis, 1000, true, 0, 1000, "");
  }
}
