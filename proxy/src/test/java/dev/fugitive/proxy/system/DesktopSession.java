package dev.fugitive.proxy.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A user's session on a desktop, with a home, a message bus and the desktop's own tools. */
final class DesktopSession implements AutoCloseable {
  private final Path home;
  private final Map<String, String> environment;
  private Process bus;

  private DesktopSession(Path home, Map<String, String> environment, Process bus) {
    this.home = home;
    this.environment = environment;
    this.bus = bus;
  }

  static DesktopSession start(Path home, String desktop) throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("HOME", home.toString());
    environment.put("XDG_CONFIG_HOME", home.resolve(".config").toString());
    environment.put("XDG_RUNTIME_DIR", Files.createDirectories(home.resolve("run")).toString());
    environment.put("XDG_CURRENT_DESKTOP", desktop);
    environment.put("KDE_SESSION_VERSION", "5");
    Files.createDirectories(home.resolve(".config"));
    DesktopSession session = new DesktopSession(home, environment, startBus(home, environment));
    session.awaitBus();
    return session;
  }

  private static Process startBus(Path home, Map<String, String> environment) throws IOException {
    Path socket = home.resolve("run/bus");
    Files.deleteIfExists(socket);
    environment.put("DBUS_SESSION_BUS_ADDRESS", "unix:path=" + socket);
    ProcessBuilder builder =
        new ProcessBuilder("dbus-daemon", "--session", "--nofork", "--address=unix:path=" + socket);
    builder.redirectErrorStream(true).redirectOutput(home.resolve("bus.log").toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  private void awaitBus() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> Files.exists(home.resolve("run/bus")));
  }

  /** Ends the session's processes and starts them anew, as a reboot does. */
  void reboot() throws IOException {
    Program.end(bus, Duration.ofSeconds(10));
    bus = startBus(home, environment);
    awaitBus();
  }

  Map<String, String> environment() {
    return environment;
  }

  /** Runs one of the desktop's tools; what it prints. */
  String tool(String... command) throws IOException, InterruptedException {
    Path output = home.resolve("tool.out");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(output.toFile()).environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    return Files.readString(output).strip();
  }

  /** Runs {@code fugitive system} with these arguments; what it prints. */
  String system(String... arguments) throws IOException, InterruptedException {
    Path output = home.resolve("system.out");
    Process process = startSystem(output, Map.of(), arguments);
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    return Files.readString(output);
  }

  /**
   * Runs {@code fugitive system}, which is killed with {@code kill -9} as it comes to write the
   * setting of this number, counted from zero.
   */
  void systemKilledAt(int write, String... arguments) throws IOException, InterruptedException {
    Path tools = Files.createDirectories(home.resolve("tools" + write));
    Path wrapper = tools.resolve("gsettings");
    Files.deleteIfExists(tools.resolve("writes"));
    Files.writeString(
        wrapper,
        """
        #!/bin/sh
        if [ "$1" = set ]; then
          echo >>"%s"
          if [ "$(wc -l <"%s")" = %d ]; then kill -9 $PPID; exit 1; fi
        fi
        exec /usr/bin/gsettings "$@"
        """
            .formatted(tools.resolve("writes"), tools.resolve("writes"), write + 1));
    assertThat(wrapper.toFile().setExecutable(true)).isTrue();
    String path = tools + ":" + System.getenv("PATH");
    Process process = startSystem(home.resolve("killed.out"), Map.of("PATH", path), arguments);
    assertThat(process.exitValue()).isEqualTo(128 + 9);
  }

  private Process startSystem(Path output, Map<String, String> more, String... arguments)
      throws IOException, InterruptedException {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    List<String> command = new ArrayList<>(List.of("system"));
    command.addAll(List.of(arguments));
    Process process = Program.start(home, output, command, List.of(), all);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process;
  }

  @Override
  public void close() {
    Program.end(bus, Duration.ofSeconds(10));
  }
}
