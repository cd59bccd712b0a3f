package dev.fugitive.cache.index;

import static dev.fugitive.cache.index.Responses.key;
import static dev.fugitive.cache.index.Responses.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process is killed while it puts. */
final class KilledProcessTest {
  private static final int RESOURCES = 50;

  @TempDir Path directory;

  /** Puts for ever, and says so after each one. */
  static final class Putter {
    private Putter() {}

    public static void main(String[] arguments) throws IOException {
      try (RepresentationIndex index =
          RepresentationIndex.open(Path.of(arguments[0]), LogIndex.MIN_LIMIT_BYTES)) {
        for (int revision = 0; revision < Integer.MAX_VALUE; revision++) {
          index.put(response(revision % RESOURCES, revision));
          System.out.println(revision);
        }
      }
    }
  }

  @Test
  void whatAKilledProcessHadPutIsThere() throws IOException, InterruptedException {
    for (int revisions : List.of(1, 777, 3001)) {
      Path killed = directory.resolve("killed" + revisions);
      int last = runUntil(revisions, killed);
      try (RepresentationIndex index = RepresentationIndex.open(killed, LogIndex.MIN_LIMIT_BYTES)) {
        assertThat(index.status().damagedResources()).isZero();
        for (int revision = Math.max(0, last - RESOURCES + 1); revision <= last; revision++) {
          int written = revision;
          // the process may have come further than it said
          assertThat(index.get(key(revision % RESOURCES)))
              .singleElement()
              .satisfies(found ->
                  assertThat(
                          Integer.parseInt(found.head().fields().first("Revision").orElseThrow()))
                      .isGreaterThanOrEqualTo(written));
        }
      }
    }
  }

  private static int runUntil(int revisions, Path directory)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Putter.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int last = -1;
    try (BufferedReader said = process.inputReader()) {
      while (last < revisions) {
        last = Integer.parseInt(said.readLine());
      }
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
    return last;
  }
}
