package dev.fugitive.proxy.cli;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.proxy.config.Directories;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.text.FileWords;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive key}: prints this node's public key, and makes the key where there is none. */
final class KeyCommand implements Subcommand {
  private final Console console;
  private final CommandSpec spec =
      CommandLines.command("key", "Print this node's public key, as --trust takes it.");

  KeyCommand(Console console) {
    this.console = console;
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws SettingsException {
    Directories directories =
        Directories.of(console.environment(), console.osName(), console.home());
    console.out().println(identity(directories.state()).peerId());
    return ExitStatus.OK;
  }

  private static Identity identity(Path stateDir) throws SettingsException {
    try {
      return Identity.loadOrCreate(Directories.identityFile(stateDir));
    } catch (IOException unusable) {
      throw new SettingsException(FileWords.of(unusable));
    }
  }
}
