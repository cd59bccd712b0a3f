package dev.fugitive.proxy.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of the machine that is to end by itself, and well. */
final class Command {
  private static final long LIMIT_SECONDS = 120;

  private Command() {}

  static String run(Path where, String... command) throws IOException, InterruptedException {
    return run(where, List.of(command));
  }

  /** Returns all that it wrote, to either stream. */
  static String run(Path where, List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("command", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(where.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      return succeeds(process, output);
    } finally {
      Files.delete(output);
    }
  }

  /** Waits for a process that writes to a file; returns what it wrote. */
  static String succeeds(Process process, Path output) throws IOException, InterruptedException {
    boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String said = Files.readString(output);
    assertThat(ended).as("%s ends: %s", process.info(), said).isTrue();
    assertThat(process.exitValue()).as("%s says: %s", process.info(), said).isZero();
    return said;
  }
}
