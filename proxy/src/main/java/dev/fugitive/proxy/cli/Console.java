package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.config.Directories;
import dev.fugitive.proxy.text.Style;
import dev.fugitive.proxy.text.Terminal;
import java.io.BufferedReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The world that a command runs in.
 *
 * @param answers where a person types, if there is one at a terminal
 * @param terminal which of the streams a person looks at
 */
record Console(
    PrintStream out,
    PrintStream err,
    Optional<BufferedReader> answers,
    Terminal terminal,
    Map<String, String> environment,
    String osName,
    Path home,
    LongSupplier nanoClock,
    Hold hold) {

  /** Whether progress may be drawn on {@code err}. */
  boolean errIsTerminal() {
    return terminal.err();
  }

  /** How text looks on {@code out}. */
  Style outStyle() {
    return Style.of(terminal.out(), environment, out.charset());
  }

  /** How text looks on {@code err}. */
  Style errStyle() {
    return Style.of(terminal.err(), environment, err.charset());
  }

  /** Where this user's files are. */
  Directories directories() {
    return Directories.of(environment, osName, home);
  }

  /** Keeps a command running. */
  @FunctionalInterface
  interface Hold {
    /** Returns when the program is asked to end; what runs has been closed then. */
    void untilStopped(AutoCloseable running);
  }
}
