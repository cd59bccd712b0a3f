package dev.fugitive.bench.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The comparison runs as real processes over real WebRTC, small and without root; what is asserted
 * is that all bytes are right and all reports are there, and no time.
 */
class CdnBenchTest {
  @TempDir Path directory;

  @Test
  void aSmallCrowdGetsTheOriginsBytesAndAReport() throws IOException {
    List<Run> runs = run("--profile", "crowd");

    assertThat(runs).extracting(Run::side).contains(Side.CURL, Side.FUGITIVE);
    assertThat(runs).allMatch(Run::isRight).allMatch(run -> run.samples().size() == 4);
    assertThat(runs).allMatch(run -> run.egressBytes() >= 1 << 20);
    assertThat(directory.resolve("report.html")).content().contains("<svg").contains("seed");
    assertThat(directory.resolve("report.json")).content().contains("\"originCopies\"");
    assertThat(directory.resolve("report.md")).content().contains("| crowd, 4 nodes");
    assertThat(Files.exists(directory.resolve("crowd-4-nodes.svg"))).isTrue();
  }

  @Test
  void peersOfNoUseLeaveEveryByteRight() throws IOException {
    List<Run> runs = run("--profile", "harmless", "--scenario", "nobody has it");

    assertThat(runs).hasSizeGreaterThanOrEqualTo(3).allMatch(Run::isRight);
  }

  @Test
  void aFleetGetsTheMirrorsBytes() throws IOException {
    List<Run> runs = run("--profile", "packages", "--side", "fugitive");

    assertThat(runs).hasSizeGreaterThanOrEqualTo(1).allMatch(Run::isRight);
    assertThat(runs).allMatch(run -> run.samples().size() == 3);
  }

  /** One run of each way of what is named; must end well. */
  private List<Run> run(String... what) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(what));
    arguments.addAll(List.of("--small", "--loopback", "--runs", "1", "--patience", "0"));
    arguments.addAll(List.of("--seed", "7", "--report", directory.toString()));
    assertThat(CdnBench.run(arguments.toArray(String[]::new))).isZero();
    return new RunLog(directory.resolve("runs.tsv")).read().runs();
  }
}
