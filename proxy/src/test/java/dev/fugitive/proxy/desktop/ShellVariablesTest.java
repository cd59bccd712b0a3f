package dev.fugitive.proxy.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A real shell evaluates the lines, and has what it had once it has evaluated those that undo. */
final class ShellVariablesTest {
  private static final String PROXY = "127.0.0.1:8118";

  @Test
  void aShellGetsTheVariablesAndGivesThemBack() throws Exception {
    Map<String, String> before =
        Map.of("http_proxy", "http://it's.example:1/", "no_proxy", "a.example, .b.example");
    Map<String, String> on =
        evaluated(before, ShellVariables.on(Shell.SH, before, PROXY, List.of("c.example")));
    assertThat(on)
        .containsEntry("http_proxy", "http://127.0.0.1:8118")
        .containsEntry("https_proxy", "http://127.0.0.1:8118")
        .containsEntry("HTTPS_PROXY", "http://127.0.0.1:8118");
    assertThat(on.get("no_proxy"))
        .startsWith("localhost,127.0.0.0/8,::1,")
        .endsWith(",a.example,.b.example,c.example");
    assertThat(ShellVariables.isOn(on)).isTrue();

    Map<String, String> twice =
        evaluated(on, ShellVariables.on(Shell.SH, on, "[::1]:9", List.of()));
    assertThat(twice).containsEntry("http_proxy", "http://[::1]:9");
    assertThat(evaluated(twice, ShellVariables.off(Shell.SH, twice))).isEqualTo(before);
  }

  @Test
  void whatWasSetSinceIsLeftAlone() throws Exception {
    Map<String, String> on =
        evaluated(Map.of(), ShellVariables.on(Shell.SH, Map.of(), PROXY, List.of()));
    on.put("http_proxy", "http://mine.example:3128");
    assertThat(evaluated(on, ShellVariables.off(Shell.SH, on)))
        .isEqualTo(Map.of("http_proxy", "http://mine.example:3128"));
  }

  @Test
  void nothingIsTakenBackWhereNothingWasSet() {
    assertThat(ShellVariables.off(Shell.SH, Map.of("http_proxy", "http://mine.example:1")))
        .isEmpty();
  }

  @Test
  void fishHasWordsOfItsOwn() {
    Map<String, String> before = Map.of("https_proxy", "a\\'b");
    List<String> on = ShellVariables.on(Shell.FISH, before, PROXY, List.of());
    assertThat(on).contains("set -gx http_proxy 'http://127.0.0.1:8118'");
    Map<String, String> set = new TreeMap<>(before);
    set.put("https_proxy", "http://127.0.0.1:8118");
    set.put("http_proxy", "http://127.0.0.1:8118");
    set.put("FUGITIVE_SHELL", on.getLast().split("'", -1)[1]);
    assertThat(ShellVariables.off(Shell.FISH, set))
        .containsExactly(
            "set -e http_proxy", "set -gx https_proxy 'a\\\\\\'b'", "set -e FUGITIVE_SHELL");
    assertThat(Shell.of(Map.of("SHELL", "/usr/bin/fish"))).isEqualTo(Shell.FISH);
    assertThat(Shell.of(Map.of("SHELL", "/bin/bash"))).isEqualTo(Shell.SH);
  }

  /** The proxy variables of a shell that starts with these and evaluates the lines. */
  private static Map<String, String> evaluated(Map<String, String> environment, List<String> lines)
      throws IOException, InterruptedException {
    String script = String.join("\n", lines) + "\nenv -0";
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", script);
    builder.environment().keySet().removeIf(ShellVariablesTest::isOfProxies);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    Map<String, String> after = new TreeMap<>();
    for (String pair : printed.split("\0", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && isOfProxies(pair.substring(0, equals))) {
        after.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return after;
  }

  private static boolean isOfProxies(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith("_proxy") || name.equals("FUGITIVE_SHELL");
  }
}
