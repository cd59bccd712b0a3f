package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.config.Directories;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.desktop.CommandRunner;
import dev.fugitive.proxy.desktop.Desktop;
import dev.fugitive.proxy.desktop.DesktopSettings;
import dev.fugitive.proxy.desktop.Desktops;
import dev.fugitive.proxy.desktop.PacFile;
import dev.fugitive.proxy.desktop.ProcessRunner;
import dev.fugitive.proxy.desktop.ProxySlot;
import dev.fugitive.proxy.desktop.SavedSettings;
import dev.fugitive.proxy.desktop.SavedSettingsFile;
import dev.fugitive.proxy.desktop.SystemProxy;
import dev.fugitive.proxy.text.FileWords;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive system on | off | status}: makes the proxy the system's, and takes that back. */
final class SystemCommand implements Subcommand {
  private final Console console;
  private final CommandRunner tools;
  private final CommandSpec spec =
      CommandLines.command(
              "system",
              "Have the desktop's programs use the proxy, and give back what was set before."
                  + " Without a desktop, print what the shell is to evaluate.")
          .addPositional(
              PositionalParamSpec.builder()
                  .paramLabel("on|off|status")
                  .type(String.class)
                  .arity("1")
                  .description("what to do")
                  .build())
          .addOption(
              CommandLines.option(
                  "--proxy", "HOST:PORT", "the proxy to use (default: where it listens)"))
          .addOption(CommandLines.option("--desktop", "NAME", "the desktop (default: this one)"))
          .addOption(CommandLines.option("--shell", "sh|fish", "print lines for this shell"))
          .addOption(
              OptionSpec.builder("--bypass")
                  .paramLabel("HOST")
                  .type(String[].class)
                  .auxiliaryTypes(String.class)
                  .arity("1")
                  .description("a host to be asked directly, besides those the desktop names")
                  .build());

  SystemCommand(Console console) {
    this(console, new ProcessRunner());
  }

  SystemCommand(Console console, CommandRunner tools) {
    this.console = console;
    this.tools = tools;
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws SettingsException {
    String action = parsed.matchedPositionalValue(0, "");
    InetSocketAddress address = StatusCommand.proxyAddress(parsed, console);
    Optional<Desktop> desktop = desktop(parsed);
    boolean forShell = parsed.hasMatchedOption("--shell") || desktop.isEmpty();
    ShellLines shell =
        new ShellLines(console, parsed.matchedOptionValue("--shell", ""), address, bypass(parsed));
    try {
      return switch (action) {
        case "on" -> forShell ? shell.on() : on(desktop.orElseThrow(), address, bypass(parsed));
        case "off" ->
            parsed.hasMatchedOption("--shell") ? shell.off() : off(desktop, address, shell);
        case "status" -> status(desktop, address);
        default ->
            throw new SettingsException(
                CommandLines.noAction("system", action, "on, off or status"));
      };
    } catch (IOException failure) {
      console.err().println("fugitive system: " + FileWords.of(failure));
      return ExitStatus.FAILED;
    }
  }

  private Optional<Desktop> desktop(ParseResult parsed) throws SettingsException {
    String named = parsed.matchedOptionValue("--desktop", "");
    if (named.isEmpty()) {
      return Desktops.detect(console.environment(), console.osName());
    }
    Map<String, Desktop> all = Desktops.all();
    Desktop desktop = all.get(named);
    if (desktop == null) {
      String expected = String.join(", ", new TreeSet<>(all.keySet()));
      throw new SettingsException("--desktop: " + named + " (expected: one of " + expected + ")");
    }
    return Optional.of(desktop);
  }

  private static List<String> bypass(ParseResult parsed) throws SettingsException {
    List<String> hosts = List.of(parsed.matchedOptionValue("--bypass", new String[0]));
    for (String host : hosts) {
      if (!PacFile.isBypassEntry(host)) {
        throw new SettingsException(
            "--bypass: " + host + " (expected: HOST, *.HOST, HOST:PORT or ADDRESS/BITS)");
      }
    }
    return hosts;
  }

  private SystemProxy systemProxy() {
    Directories directories =
        Directories.of(console.environment(), console.osName(), console.home());
    return new SystemProxy(new SavedSettingsFile(directories.state()), tools);
  }

  private int on(Desktop desktop, InetSocketAddress address, List<String> bypass)
      throws IOException {
    SavedSettings saved = systemProxy().on(desktop, PacFile.url(address), bypass);
    console
        .out()
        .println(
            "system proxy on: "
                + desktop.name()
                + " asks "
                + saved.pacUrl()
                + "; 'fugitive system off' gives back what was set before");
    proxiesBefore(desktop, saved)
        .ifPresent(words ->
            console
                .err()
                .println("set before: " + words + "; Fugitive itself asks origins directly"));
    if (!ProxyProbe.answers(address)) {
      console
          .err()
          .println(
              "no proxy answers at "
                  + PacFile.authority(address)
                  + ": programs go directly until 'fugitive proxy' runs");
    }
    return ExitStatus.OK;
  }

  private static Optional<String> proxiesBefore(Desktop desktop, SavedSettings saved) {
    if (saved.behind().isPresent()) {
      return saved.behind().map(proxy -> "proxy " + proxy + ", used while Fugitive is down");
    }
    return saved.changes().stream()
        .map(change -> change.before())
        .filter(slot -> slot.mode().equals(desktop.on(slot, "").mode()))
        .flatMap(slot -> desktop.plainPacUrl(slot).stream())
        .findFirst()
        .map(url -> "PAC file " + url);
  }

  private int off(Optional<Desktop> desktop, InetSocketAddress address, ShellLines shell)
      throws IOException {
    Optional<SavedSettings> restored = systemProxy().off();
    if (restored.isPresent()) {
      console
          .out()
          .println("system proxy off: " + restored.get().desktop() + " is as it was before");
      return ExitStatus.OK;
    }
    if (desktop.isEmpty()) {
      return shell.off();
    }
    boolean unsaved = systemProxy().offUnsaved(desktop.get(), PacFile.url(address));
    console
        .out()
        .println(
            unsaved
                ? "system proxy off: what was set before is not known, so none is set now"
                : "system proxy: nothing of Fugitive's is set");
    return ExitStatus.OK;
  }

  private int status(Optional<Desktop> desktop, InetSocketAddress address) throws IOException {
    line("desktop", desktop.map(Desktop::name).orElse("none"));
    if (desktop.isPresent()) {
      line("set to", setTo(desktop.get(), systemProxy().now(desktop.get()), PacFile.url(address)));
    }
    Optional<SavedSettings> saved = systemProxy().saved();
    line("saved", saved.map(each -> "what " + each.desktop() + " had before").orElse("nothing"));
    line(
        "bypass",
        saved
            .map(each -> String.join(", ", each.bypass()))
            .filter(hosts -> !hosts.isEmpty())
            .orElse("none"));
    line("shell", ShellLines.isOn(console) ? "uses the proxy" : "does not use the proxy");
    line(
        "proxy",
        (ProxyProbe.answers(address) ? "answers at " : "does not answer at ")
            + PacFile.authority(address));
    return ExitStatus.OK;
  }

  private static String setTo(Desktop desktop, DesktopSettings now, String pacUrl) {
    return now.slots().stream()
        .map(slot -> named(slot) + setTo(desktop, slot, now, pacUrl))
        .collect(Collectors.joining(", "));
  }

  private static String named(ProxySlot slot) {
    return slot.name().isEmpty() ? "" : slot.name() + ": ";
  }

  private static String setTo(Desktop desktop, ProxySlot slot, DesktopSettings now, String pacUrl) {
    if (slot.equals(desktop.on(slot, pacUrl))) {
      return "this proxy, by " + pacUrl;
    }
    boolean byPac = slot.mode().equals(desktop.on(slot, "").mode());
    Optional<String> other = byPac ? desktop.plainPacUrl(slot) : Optional.empty();
    return other.or(now::fixedProxy).orElse("no proxy");
  }

  private void line(String name, String value) {
    console.out().println(String.format("%-8s %s", name, value).stripTrailing());
  }
}
