package dev.fugitive.bench.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.bench.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

  @Test
  void whatIsEndedFromOutsideLeavesNothingRunning() throws Exception {
    Process bench =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Djava.io.tmpdir=" + directory,
                Main.class.getName(),
                "cdn",
                "--profile=harmless",
                "--scenario=nobody has it",
                "--runs=1000",
                "--small",
                "--loopback",
                "--report=" + directory.resolve("report"))
            .start();
    List<ProcessHandle> started = List.of();
    try (BufferedReader says = bench.errorReader(StandardCharsets.UTF_8)) {
      assertThat(says.lines().anyMatch(line -> line.contains("run 1 "))).isTrue();
      started = bench.descendants().toList();
      assertThat(started).hasSizeGreaterThan(3);
      bench.destroy();
      assertThat(bench.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(started)
          .allSatisfy(each -> assertThat(each.onExit()).succeedsWithin(Duration.ofSeconds(10)));
      assertThat(directory).isDirectoryNotContaining("glob:**fugitive-lab*");
    } finally {
      bench.destroyForcibly();
      started.forEach(ProcessHandle::destroyForcibly);
    }
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
