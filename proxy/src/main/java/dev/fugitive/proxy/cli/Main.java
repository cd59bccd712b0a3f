package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.config.Directories;
import dev.fugitive.proxy.text.Terminal;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The program's entry. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    // before the first logger is made
    System.setProperty("fugitive.log", logFile());
    Console console = console();
    int status = CommandLines.run(console, arguments);
    end(status);
  }

  /**
   * Ends the process at once: native threads of peer connections may outlive a clean close, and
   * nothing waits for them. They would complain on the standard streams, where a body may have been
   * written; closing these sends what still comes to nowhere.
   */
  static void end(int status) {
    System.out.close();
    System.err.close();
    Runtime.getRuntime().halt(status);
  }

  private static String logFile() {
    Directories directories = Directories.of(System.getenv(), osName(), home());
    return directories.state().resolve("fugitive.log").toString();
  }

  private static String osName() {
    return System.getProperty("os.name", "");
  }

  /** As the machine's own tools see it, which are asked and told about the user's settings. */
  private static Path home() {
    return home(System.getenv(), System.getProperty("user.home", "."));
  }

  static Path home(Map<String, String> environment, String otherwise) {
    String home = environment.getOrDefault("HOME", "");
    return Path.of(home.isEmpty() ? otherwise : home);
  }

  private static Console console() {
    // the launcher knows what is a terminal; java.io.Console could say so only from JDK 22 on
    boolean mayAsk = Boolean.getBoolean("fugitive.terminal.in");
    return new Console(
        System.out,
        System.err,
        mayAsk
            ? Optional.of(
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)))
            : Optional.empty(),
        new Terminal(
            Boolean.getBoolean("fugitive.terminal.out"),
            Boolean.getBoolean("fugitive.terminal.err"),
            Math.max(0, Integer.getInteger("fugitive.terminal.columns", 0))),
        System.getenv(),
        osName(),
        home(),
        System::nanoTime,
        new UntilSignal());
  }
}
