package dev.fugitive.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.proxy.desktop.PacFile;
import dev.fugitive.proxy.text.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code fugitive system} on a server, and what it refuses. */
final class SystemCommandTest {
  @TempDir Path home;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();

  private int run(String... arguments) {
    out.reset();
    err.reset();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Optional.empty(),
            Terminal.NONE,
            environment,
            "Linux",
            home,
            System::nanoTime,
            running -> {});
    return CommandLines.run(console, arguments);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aServerIsToldWhatToExportWhileAProxyAnswers() throws IOException {
    try (MockWebServer proxy = new MockWebServer()) {
      proxy.start();
      proxy.enqueue(
          new MockResponse.Builder().setHeader("Content-Type", PacFile.MEDIA_TYPE).build());
      String address = "127.0.0.1:" + proxy.getPort();
      assertThat(run("system", "on", "--proxy", address, "--bypass", "intra.example")).isZero();
      assertThat(out().lines())
          .contains("export http_proxy='http://" + address + "'")
          .anyMatch(
              line -> line.startsWith("export no_proxy='") && line.contains(",intra.example'"))
          .anyMatch(
              line -> line.startsWith("# ") && line.contains("eval \"$(fugitive system off)\""));
    }
  }

  @Test
  void whileNoProxyAnswersEveryLineIsAComment() {
    assertThat(run("system", "on", "--proxy", "127.0.0.1:1")).isEqualTo(1);
    assertThat(out().lines())
        .allMatch(line -> line.startsWith("# "))
        .contains("# export https_proxy='http://127.0.0.1:1'");
    assertThat(run("system", "on", "--proxy", "127.0.0.1:1", "--shell", "fish")).isEqualTo(1);
    assertThat(out()).contains("# set -gx http_proxy 'http://127.0.0.1:1'");
  }

  @Test
  void whereNothingIsSetOffAndStatusSaySo() {
    assertThat(run("system", "off")).isZero();
    assertThat(out()).isEqualTo("# nothing of Fugitive's is set\n");
    assertThat(run("system", "status", "--proxy", "127.0.0.1:1")).isZero();
    assertThat(out().lines())
        .contains("desktop  none", "saved    nothing", "shell    does not use the proxy")
        .contains("proxy    does not answer at 127.0.0.1:1");
  }

  @Test
  void aDesktopWhoseToolsAreMissingIsNamedInOneLine() {
    assertThat(run("system", "on", "--desktop", "windows")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("fugitive system: reg: cannot be run on this machine\n");
    assertThat(Files.exists(home.resolve(".local/state/fugitive/system-proxy"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "system",
        "system up",
        "system on --desktop amiga",
        "system on --shell tcsh",
        "system on --bypass a\"b",
        "system on --proxy nowhere"
      })
  void whatCannotBeFollowedIsRefusedInOneLine(String line) {
    assertThat(run(line.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).hasLineCount(1).startsWith("fugitive");
    assertThat(out()).isEmpty();
  }
}
