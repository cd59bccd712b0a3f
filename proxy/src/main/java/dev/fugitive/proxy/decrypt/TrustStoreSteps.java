package dev.fugitive.proxy.decrypt;

import dev.fugitive.proxy.decrypt.TrustStores.Step;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Carries out plans on this machine. */
public final class TrustStoreSteps {
  private static final long MAX_SECONDS = 120;
  private static final int MAX_WORDS_BYTES = 4096;
  private static final int MAX_PROFILES = 32;

  private TrustStoreSteps() {}

  /** Does all steps; the first that fails ends it, with what the program said. */
  public static void perform(List<Step> steps) throws IOException {
    for (Step step : steps) {
      perform(step);
    }
  }

  /** Whether a check succeeds. */
  public static boolean holds(Step check) {
    try {
      perform(check);
      return true;
    } catch (IOException itDoesNot) {
      return false;
    }
  }

  private static void perform(Step step) throws IOException {
    switch (step) {
      case Step.Copy(Path from, Path to) -> {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rw-r--r--"));
      }
      case Step.Delete(Path file) -> Files.deleteIfExists(file);
      case Step.MakeDirectory(Path directory) ->
          Files.createDirectories(
              directory,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      case Step.Same(Path file, Path other) -> {
        if (!Files.exists(file) || Files.mismatch(file, other) >= 0) {
          throw new IOException(file + " is another than " + other);
        }
      }
      case Step.Run(List<String> command) -> run(command);
    }
  }

  private static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    byte[] said = process.getInputStream().readNBytes(MAX_WORDS_BYTES);
    process.getInputStream().skip(Long.MAX_VALUE);
    try {
      if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(command.getFirst() + ": not ready after " + MAX_SECONDS + " s");
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while running " + command.getFirst(), interrupted);
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          command.getFirst()
              + ": exit status "
              + process.exitValue()
              + ": "
              + new String(said, StandardCharsets.UTF_8).strip());
    }
  }

  /** Whether a program is on the search path, or where root has its own. */
  public static boolean hasTool(String name, String searchPath) {
    return Stream.concat(
            Arrays.stream(searchPath.split(File.pathSeparator)), Stream.of("/usr/sbin", "/sbin"))
        .filter(directory -> !directory.isEmpty())
        .anyMatch(directory -> Files.isExecutable(Path.of(directory).resolve(name)));
  }

  /** The Firefox profiles of a user. */
  public static List<Path> firefoxProfiles(Path home) throws IOException {
    List<Path> roots =
        List.of(
            home.resolve(".mozilla/firefox"), home.resolve("snap/firefox/common/.mozilla/firefox"));
    Stream.Builder<Path> found = Stream.builder();
    for (Path root : roots) {
      if (Files.isDirectory(root)) {
        try (Stream<Path> profiles = Files.list(root)) {
          profiles.filter(each -> Files.exists(each.resolve("cert9.db"))).forEach(found);
        }
      }
    }
    return found.build().sorted().limit(MAX_PROFILES).toList();
  }
}
