package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.desktop.PacFile;
import dev.fugitive.proxy.desktop.Shell;
import dev.fugitive.proxy.desktop.ShellVariables;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Prints lines for a shell to evaluate. What is for people is a comment among them, so that {@code
 * eval "$(fugitive system on)"} in a profile does what it should, or nothing.
 */
final class ShellLines {
  private final Console console;
  private final Shell shell;
  private final InetSocketAddress address;
  private final List<String> bypass;

  ShellLines(Console console, String shellName, InetSocketAddress address, List<String> bypass)
      throws SettingsException {
    this.console = console;
    this.shell = shell(console, shellName);
    this.address = address;
    this.bypass = bypass;
  }

  private static Shell shell(Console console, String name) throws SettingsException {
    if (name.isEmpty()) {
      return Shell.of(console.environment());
    }
    return Shell.named(name)
        .orElseThrow(() -> new SettingsException("--shell: " + name + " (expected: sh or fish)"));
  }

  static boolean isOn(Console console) {
    return ShellVariables.isOn(console.environment());
  }

  /** No program goes directly past a proxy that its variables name, so a dead one is not named. */
  int on() {
    String authority = PacFile.authority(address);
    boolean answers = ProxyProbe.answers(address);
    String prefix = answers ? "" : "# ";
    console.out().println("# to use it: " + evaluate("on") + "   to stop: " + evaluate("off"));
    if (!answers) {
      console
          .out()
          .println("# no proxy answers at " + authority + "; while one does, these count:");
    }
    ShellVariables.on(shell, console.environment(), authority, bypass)
        .forEach(line -> console.out().println(prefix + line));
    return answers ? ExitStatus.OK : ExitStatus.FAILED;
  }

  int off() {
    List<String> lines = ShellVariables.off(shell, console.environment());
    lines.forEach(console.out()::println);
    if (lines.isEmpty()) {
      console.out().println("# nothing of Fugitive's is set");
    }
    return ExitStatus.OK;
  }

  private String evaluate(String action) {
    return switch (shell) {
      case SH -> "eval \"$(fugitive system " + action + ")\"";
      case FISH -> "fugitive system " + action + " | source";
    };
  }
}
