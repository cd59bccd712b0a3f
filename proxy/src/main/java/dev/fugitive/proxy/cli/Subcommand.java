package dev.fugitive.proxy.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One command of the program. */
interface Subcommand {
  /** Its name, options and words of help. */
  CommandSpec spec();

  /** Runs it to its end; the result is the exit status. */
  int run(ParseResult parsed) throws Exception;
}
