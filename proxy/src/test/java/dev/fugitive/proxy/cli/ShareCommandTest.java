package dev.fugitive.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.limits.UploadPolicy;
import dev.fugitive.proxy.ProxyServer;
import dev.fugitive.proxy.config.Choices;
import dev.fugitive.proxy.config.ChoicesFile;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.text.Terminal;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sharing is asked for once, changed at any time, and what was chosen is remembered. */
final class ShareCommandTest {
  @TempDir Path home;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private Optional<String> typed = Optional.empty();
  private Consumer<String> whileItRuns = proxy -> {};

  @BeforeEach
  void useFreePorts() {
    environment.put("FUGITIVE_LISTEN", "127.0.0.1:0");
    environment.put("FUGITIVE_CACHE_SIZE", "64m");
    environment.put("FUGITIVE_RENDEZVOUS", "none");
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            typed.map(text -> new BufferedReader(new StringReader(text))),
            Terminal.NONE,
            environment,
            "Linux",
            home,
            System::nanoTime,
            this::hold);
    return CommandLines.run(console, arguments);
  }

  private void hold(AutoCloseable running) {
    try (running) {
      int port = ((ProxyServer) running).address().getPort();
      whileItRuns.accept("127.0.0.1:" + port);
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private Choices choices() throws Exception {
    return new ChoicesFile(home.resolve(".local/state/fugitive")).read();
  }

  @Test
  void theFirstStartAsksOnceAndRemembersWhenAndHow() throws Exception {
    Instant before = Instant.now().minusSeconds(1);
    typed = Optional.of("yes\n");
    assertThat(run("proxy")).isZero();
    assertThat(err()).contains("[y/N]");
    assertThat(out()).contains("sharing on");
    assertThat(choices().values()).containsEntry(Setting.SHARE, "on");
    Choices.Consent given = choices().consent().orElseThrow();
    assertThat(given.how()).isEqualTo(Choices.How.TERMINAL);
    assertThat(given.when()).isBetween(before, Instant.now().plusSeconds(1));

    assertThat(run("proxy")).isZero();
    assertThat(err()).doesNotContain("[y/N]");
    assertThat(out()).contains("sharing on");
  }

  @Test
  void withoutATerminalNobodyIsAskedAndNothingIsShared() throws Exception {
    assertThat(run("proxy")).isZero();
    assertThat(err()).isEmpty();
    assertThat(out()).contains("sharing off");
    assertThat(choices()).isEqualTo(Choices.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "n\n", "maybe\n", ""})
  void anythingButYesIsNo(String answer) throws Exception {
    typed = Optional.of(answer);
    assertThat(run("proxy")).isZero();
    assertThat(out()).contains("sharing off");
    assertThat(choices().values()).containsEntry(Setting.SHARE, "off");
  }

  @Test
  void aRunningProxyIsSwitchedAtOnceAndStartsSoTheNextTime() throws Exception {
    whileItRuns =
        proxy -> {
          assertThat(run("share", "on", "--proxy", proxy)).isZero();
          assertThat(out()).contains("sharing           on");
          assertThat(run("share", "pause", "2h", "--proxy", proxy)).isZero();
          assertThat(out())
              .contains("nothing: paused")
              .containsPattern("paused            until 2[-0-9]+T[0-9]{2}:[0-9]{2}:[0-9]{2}Z");
          assertThat(run("share", "status", "--proxy", proxy, "--json")).isZero();
          assertThat(out()).contains("\"reasons\":[\"paused\"]", "\"share\":true");
        };
    assertThat(run("proxy")).isZero();
    assertThat(choices().consent().orElseThrow().how()).isEqualTo(Choices.How.COMMAND);

    whileItRuns =
        proxy -> {
          assertThat(run("share", "status", "--proxy", proxy)).isZero();
          assertThat(out()).contains("sharing           on", "nothing: paused");
          assertThat(run("share", "resume", "--proxy", proxy)).isZero();
          assertThat(out()).doesNotContain("paused");
          assertThat(run("share", "off", "--proxy", proxy)).isZero();
          assertThat(out()).contains("nothing: off");
        };
    assertThat(run("proxy")).isZero();
    assertThat(choices().values()).containsEntry(Setting.SHARE, "off");
    assertThat(choices().pausedUntil()).isEmpty();
  }

  @Test
  void aFlagWinsOverWhatWasChosenAndThatIsSaid() throws Exception {
    assertThat(run("share", "off", "--proxy", "127.0.0.1:1")).isZero();
    whileItRuns =
        proxy -> {
          assertThat(run("share", "off", "--proxy", proxy)).isZero();
          assertThat(out()).contains("at the next start", "nothing: off");
        };
    assertThat(run("proxy", "--share", "on")).isZero();
    assertThat(choices().values()).containsEntry(Setting.SHARE, "off");
  }

  @Test
  void whereNoProxyRunsTheNextOneStartsSo() throws Exception {
    assertThat(run("share", "on", "--proxy", "127.0.0.1:1")).isZero();
    assertThat(err()).contains("no proxy answers at 127.0.0.1:1").contains("will start with");
    assertThat(run("share", "pause", "--proxy", "127.0.0.1:1")).isZero();
    assertThat(choices().pausedUntil()).contains(UploadPolicy.UNTIL_RESUMED);
    whileItRuns =
        proxy -> {
          assertThat(run("share", "status", "--proxy", proxy)).isZero();
          assertThat(out()).contains("sharing           on", "until resumed");
        };
    assertThat(run("proxy")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"share", "share maybe", "share on 2h", "share pause soon", "share pause 0s"})
  void whatCannotBeDoneIsRefusedInOneLine(String line) {
    assertThat(run(line.split(" ", -1))).isEqualTo(2);
    assertThat(err()).hasLineCount(1).contains("fugitive").doesNotContain("Exception");
  }

  @Test
  void aSpoiltFileIsNamed() throws Exception {
    Path file = home.resolve(".local/state/fugitive/choices");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "share = on\npaused-until = tomorrow\n");
    assertThat(run("proxy")).isEqualTo(2);
    assertThat(err()).hasLineCount(1).contains(file + ": paused-until: tomorrow (expected: a time");
  }
}
