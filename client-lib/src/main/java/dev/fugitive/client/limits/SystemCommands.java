package dev.fugitive.client.limits;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Runs the operating system's commands as processes, each for a few seconds at most. */
final class SystemCommands implements OshiMachine.Commands {
  private static final long LIMIT_SECONDS = 5;
  private static final int MAX_OUTPUT_BYTES = 64 * 1024;

  @Override
  public String run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("fugitive", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectOutput(output.toFile());
      // the words are read, so they must not be translated
      builder.environment().put("LC_ALL", "C");
      Process process = builder.start();
      process.getOutputStream().close();
      awaitEnd(process);
      return read(output);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static void awaitEnd(Process process) throws IOException, InterruptedException {
    boolean ended = false;
    try {
      ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    } finally {
      if (!ended) {
        process.destroyForcibly();
      }
    }
    if (!ended || process.exitValue() != 0) {
      throw new IOException(
          ended ? "exit status " + process.exitValue() : "not ended after " + LIMIT_SECONDS + " s");
    }
  }

  private static String read(Path output) throws IOException {
    try (InputStream in = Files.newInputStream(output)) {
      return new String(in.readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8);
    }
  }

  @Override
  public boolean isThere(String name) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Pattern.compile(Pattern.quote(File.pathSeparator))
        .splitAsStream(path)
        .filter(directory -> !directory.isEmpty())
        .anyMatch(directory -> new File(directory, name).canExecute());
  }
}
