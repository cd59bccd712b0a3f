package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.text.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Runs command lines in this process, with a home of their own, and keeps what they print. */
final class Shelled {
  final Map<String, String> environment = new HashMap<>();
  final Path home;
  Terminal terminal = Terminal.NONE;
  Console.Hold hold = Shelled::closeAtOnce;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  Shelled(Path home) {
    this.home = home;
    environment.put("FUGITIVE_LISTEN", "127.0.0.1:0");
    environment.put("FUGITIVE_CACHE_SIZE", "64m");
    environment.put("FUGITIVE_TRUST_ORIGIN", "127.0.0.1,localhost");
    environment.put("PATH", System.getenv().getOrDefault("PATH", ""));
  }

  static void closeAtOnce(AutoCloseable running) {
    try {
      running.close();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** The exit status. */
  int run(String... arguments) {
    out.reset();
    err.reset();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Optional.empty(),
            terminal,
            environment,
            "Linux",
            home,
            System::nanoTime,
            hold);
    return CommandLines.run(console, arguments);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
