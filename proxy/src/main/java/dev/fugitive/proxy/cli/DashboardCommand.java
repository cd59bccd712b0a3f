package dev.fugitive.proxy.cli;

import dev.fugitive.cache.file.PrivateFile;
import dev.fugitive.proxy.control.ControlToken;
import dev.fugitive.proxy.desktop.CommandRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code fugitive dashboard}: prints the link to the running proxy's page, and opens it where there
 * is a desktop.
 *
 * <p>The link has the token in its fragment. A browser's command line can be read by everybody on
 * the machine, so the browser is given a file that only its owner may read, and that leads there.
 */
final class DashboardCommand implements Subcommand {
  private static final String NO_BROWSER = "--no-browser";
  private static final String REDIRECT = "dashboard.html";

  private final Console console;
  private final CommandRunner runner;
  private final CommandSpec spec =
      CommandLines.command("dashboard", "Open the running proxy's page in the browser.")
          .addOption(ControlClient.proxyOption())
          .addOption(
              OptionSpec.builder(NO_BROWSER)
                  .type(boolean.class)
                  .description("only print the link")
                  .build());

  DashboardCommand(Console console, CommandRunner runner) {
    this.console = console;
    this.runner = runner;
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws Exception {
    ControlClient proxy = ControlClient.of(parsed, console);
    try {
      proxy.text("status");
    } catch (IOException unreachable) {
      console.err().println("fugitive dashboard: " + unreachable.getMessage());
      return ExitStatus.FAILED;
    }
    Optional<ControlToken> token = proxy.token();
    if (token.isEmpty()) {
      console
          .err()
          .println(
              "fugitive dashboard: no control token in the state directory (expected: the proxy has"
                  + " run as this user, with this state directory)");
      return ExitStatus.FAILED;
    }
    String link = proxy.url("/") + "#token=" + token.get().text();
    console.out().println(link);
    if (!parsed.hasMatchedOption(NO_BROWSER)) {
      opener(console.environment(), console.osName()).ifPresent(opener -> open(opener, link));
    }
    return ExitStatus.OK;
  }

  /** What opens a URL on this machine; empty on a server. */
  static Optional<List<String>> opener(Map<String, String> environment, String osName) {
    String system = osName.toLowerCase(Locale.ROOT);
    if (system.startsWith("mac")) {
      return Optional.of(List.of("open"));
    }
    if (system.startsWith("windows")) {
      return Optional.of(List.of("rundll32", "url.dll,FileProtocolHandler"));
    }
    boolean desktop =
        !environment.getOrDefault("WAYLAND_DISPLAY", "").isEmpty()
            || !environment.getOrDefault("DISPLAY", "").isEmpty();
    return desktop ? Optional.of(List.of("xdg-open")) : Optional.empty();
  }

  private void open(List<String> opener, String link) {
    try {
      Path page = redirect(SettingsOptions.readWithoutFlags(console).stateDir(), link);
      List<String> command = new ArrayList<>(opener);
      command.add(page.toUri().toString());
      runner.output(command);
    } catch (Exception unopened) {
      console.err().println("fugitive dashboard: no browser opened: " + unopened.getMessage());
    }
  }

  private static Path redirect(Path stateDir, String link) throws IOException {
    Path page = stateDir.resolve(REDIRECT);
    String html =
        "<!doctype html><meta charset=\"utf-8\"><title>Fugitive</title>"
            + "<meta http-equiv=\"refresh\" content=\"0;url="
            + link
            + "\"><p><a href=\""
            + link
            + "\">Open the dashboard</a></p>\n";
    PrivateFile.replace(page, html);
    return page;
  }
}
