package dev.fugitive.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Man pages and completion scripts, as the programs that read them take them. */
final class ManualTest {
  @TempDir Path home;
  private Shelled shelled;

  @BeforeEach
  void start() {
    shelled = new Shelled(home);
  }

  @Test
  void everyCommandHasAPageWithWhatItsHelpSays() throws IOException {
    assertThat(shelled.run("man", "--out", home.toString())).isZero();
    assertThat(home.resolve("man1/fugitive.1")).content().contains("\\fBfugitive\\-doctor(1)\\fR");
    assertThat(home.resolve("man1/fugitive-proxy.1"))
        .content()
        .contains(".SH \"OPTIONS\"", "\\fB\\-\\-cache\\-size\\fR \\fISIZE\\fR", "20 % of the free");
    assertThat(home.resolve("man1/fugitive-ca.1"))
        .content()
        .contains(".SS \"install\"", "\\fB\\-\\-store\\fR");
    for (Path page : pages()) {
      assertThat(page)
          .content()
          .contains(".SH \"NAME\"", ".SH \"SYNOPSIS\"", ".SH \"EXIT STATUS\"")
          .doesNotContain("%%")
          .doesNotContainPattern("(?m)^'");
    }
  }

  @Test
  void pagesAreTheSameEachTimeAPackageIsMade() throws IOException {
    shelled.environment.put("SOURCE_DATE_EPOCH", "1700000000");
    shelled.run("man");
    assertThat(shelled.out()).startsWith(".TH \"FUGITIVE\" \"1\" \"2023-11-14\"");
    shelled.environment.put("SOURCE_DATE_EPOCH", "yesterday");
    assertThat(shelled.run("man")).isEqualTo(ExitStatus.USAGE);
    assertThat(shelled.err())
        .isEqualTo("fugitive: SOURCE_DATE_EPOCH: yesterday (expected: seconds since 1970)\n");
  }

  @Test
  void theProgramsThatShowPagesHaveNothingToWarnOf() throws Exception {
    shelled.run("man", "--out", home.toString());
    for (Path page : pages()) {
      for (List<String> reader :
          List.of(
              List.of("groff", "-man", "-ww", "-Tutf8", "-z", page.toString()),
              List.of("mandoc", "-T", "lint", "-W", "warning", page.toString()))) {
        if (isInstalled(reader.getFirst())) {
          assertThat(output(reader)).as(String.join(" ", reader)).isEmpty();
        }
      }
    }
  }

  @Test
  void anUnknownCommandIsRefusedWithThoseThatThereAre() {
    assertThat(shelled.run("man", "prxy")).isEqualTo(ExitStatus.USAGE);
    assertThat(shelled.err()).startsWith("fugitive: COMMAND: prxy (expected: proxy, ");
    assertThat(shelled.run("completion", "tcsh")).isEqualTo(ExitStatus.USAGE);
    assertThat(shelled.err()).isEqualTo("fugitive: shell: tcsh (expected: bash, zsh, fish)\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh", "fish"})
  void shellsTakeTheirCompletionScripts(String shell) throws Exception {
    Path script = script(shell);
    assertThat(script).content().contains("cache-size", "completion", "doctor");
    if (isInstalled(shell)) {
      assertThat(output(List.of(shell, "-n", script.toString()))).isEmpty();
    }
  }

  @Test
  void bashCompletesCommandsOptionsAndValues() throws Exception {
    String script = script("bash").toString();
    assertThat(completedByBash(script, "fugitive", "doc")).containsExactly("doctor");
    assertThat(completedByBash(script, "fugitive", "proxy", "--cache-"))
        .containsExactly("--cache-dir", "--cache-size");
    assertThat(completedByBash(script, "fugitive", "proxy", "--share", ""))
        .containsExactly("on", "off");
    assertThat(completedByBash(script, "fugitive", "ca", "")).contains("init", "install", "show");
  }

  private List<String> completedByBash(String script, String... words) throws Exception {
    String line = String.join(" ", words);
    String commands =
        "compopt() { :; }; source "
            + script
            + "; COMP_WORDS=("
            + String.join(" ", Stream.of(words).map(word -> "'" + word + "'").toList())
            + "); COMP_CWORD="
            + (words.length - 1)
            + "; COMP_LINE='"
            + line
            + "'; COMP_POINT="
            + line.length()
            + "; _complete_fugitive; printf '%s\\n' \"${COMPREPLY[@]}\"";
    return output(List.of("bash", "-c", commands)).lines().map(String::strip).toList();
  }

  private Path script(String shell) throws IOException {
    assertThat(shelled.run("completion", shell)).isZero();
    return Files.writeString(home.resolve("completion." + shell), shelled.out());
  }

  private List<Path> pages() throws IOException {
    try (Stream<Path> pages = Files.list(home.resolve("man1"))) {
      return new ArrayList<>(pages.sorted().toList());
    }
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory).resolve(program)));
  }

  private static String output(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return output;
  }
}
