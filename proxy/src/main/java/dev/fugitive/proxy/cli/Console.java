package dev.fugitive.proxy.cli;

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
 * @param errIsTerminal whether progress may be drawn on {@code err}
 */
record Console(
    PrintStream out,
    PrintStream err,
    Optional<BufferedReader> answers,
    boolean errIsTerminal,
    Map<String, String> environment,
    String osName,
    Path home,
    LongSupplier nanoClock,
    Hold hold) {

  /** Keeps a command running. */
  @FunctionalInterface
  interface Hold {
    /** Returns when the program is asked to end; what runs has been closed then. */
    void untilStopped(AutoCloseable running);
  }
}
