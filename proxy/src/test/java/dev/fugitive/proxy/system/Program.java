package dev.fugitive.proxy.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts the program as the launcher does, with the classes under test. */
final class Program {
  private Program() {}

  static Process start(Path home, Path output, List<String> arguments) throws IOException {
    return start(home, output, arguments, List.of(), Map.of());
  }

  /** Starts it with options for its JVM, and in an environment that wins over the usual one. */
  static Process start(
      Path home,
      Path output,
      List<String> arguments,
      List<String> jvmOptions,
      Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx512m", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(jvmOptions);
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add("dev.fugitive.proxy.cli.Main");
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(output.toFile());
    builder.environment().put("XDG_CONFIG_HOME", home.resolve("config").toString());
    builder.environment().put("XDG_STATE_HOME", home.resolve("state").toString());
    builder.environment().put("XDG_CACHE_HOME", home.resolve("xdg-cache").toString());
    // nodes of other tests on this machine are none of a test's business
    builder.environment().put("FUGITIVE_LAN", "off");
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** What a command prints, in the order in which it does, when it succeeds. */
  static String said(Path home, String... arguments) throws IOException, InterruptedException {
    Files.createDirectories(home);
    Path output = Files.createTempFile(home, arguments[0], ".said");
    Process command = start(home, output, List.of(arguments));
    assertThat(command.waitFor(60, TimeUnit.SECONDS)).as("%s ends", List.of(arguments)).isTrue();
    String words = Files.readString(output);
    assertThat(command.exitValue()).as(words).isZero();
    return words;
  }

  /** Ends a process at once, as {@code kill -9} does. */
  static void kill(Process process) {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Asks a process to end, and waits until it has. */
  static void end(Process process, Duration limit) {
    process.destroy();
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("not ended %s after SIGTERM: %s".formatted(limit, process.info()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while a process ended", e);
    }
  }
}
