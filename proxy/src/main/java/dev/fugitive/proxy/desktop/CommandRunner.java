package dev.fugitive.proxy.desktop;

import java.io.IOException;
import java.util.List;

/** Runs the desktop's own tools. */
@FunctionalInterface
public interface CommandRunner {
  /** How a command ended, and what it printed on both its outputs. */
  record Result(int exitStatus, String output) {
    boolean succeeded() {
      return exitStatus == 0;
    }
  }

  /** Runs a command to its end. */
  Result run(List<String> command) throws IOException;

  /** The output of a command that must succeed. */
  default String output(List<String> command) throws IOException {
    Result result = run(command);
    if (!result.succeeded()) {
      throw new IOException(
          String.join(" ", command)
              + ": "
              + result.output().strip().lines().findFirst().orElse("")
              + " (exit status "
              + result.exitStatus()
              + ")");
    }
    return result.output();
  }
}
