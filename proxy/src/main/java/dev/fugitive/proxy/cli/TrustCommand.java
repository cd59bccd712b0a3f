package dev.fugitive.proxy.cli;

import dev.fugitive.client.evidence.TrustFile;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.TrustedKey;
import dev.fugitive.proxy.config.Directories;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.text.FileWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive trust}: whose vouchers count, by name; a running proxy sees changes at once. */
final class TrustCommand implements Subcommand {
  private static final String NAME = "--name";

  private final Console console;
  private final InstantSource clock;
  private final CommandSpec spec =
      CommandLines.command("trust", "Whose vouchers count: friends, an office, your own machines.");

  TrustCommand(Console console, InstantSource clock) {
    this.console = console;
    this.clock = clock;
    spec.addSubcommand(
        "add",
        CommandLines.command("add", "Believe what this key vouches for.")
            .addPositional(positional("KEY", "the key, as 'fugitive key' prints it there"))
            .addOption(CommandLines.option(NAME, "NAME", "what you call whoever has it")));
    spec.addSubcommand("list", CommandLines.command("list", "List the keys that are believed."));
    spec.addSubcommand(
        "remove",
        CommandLines.command("remove", "Believe a key no more, and forget what it vouched for.")
            .addPositional(positional("KEY|NAME", "the key, or the name that it was given")));
  }

  private static PositionalParamSpec positional(String label, String description) {
    return PositionalParamSpec.builder()
        .paramLabel(label)
        .type(String.class)
        .index("0")
        .arity("1")
        .required(true)
        .description(description)
        .build();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws SettingsException {
    ParseResult action = parsed.subcommand();
    if (action == null) {
      throw new SettingsException(CommandLines.noAction("trust", "", "add, list, remove"));
    }
    Directories directories =
        Directories.of(console.environment(), console.osName(), console.home());
    TrustFile file = new TrustFile(directories.trustFile());
    try {
      return switch (action.commandSpec().name()) {
        case "add" -> add(file, action, Directories.identityFile(directories.state()));
        case "remove" -> remove(file, action);
        default -> list(file);
      };
    } catch (IOException failure) {
      throw new SettingsException(FileWords.of(failure));
    } catch (IllegalArgumentException malformed) {
      throw new SettingsException("trust: " + malformed.getMessage());
    }
  }

  private int add(TrustFile file, ParseResult action, Path identity)
      throws IOException, SettingsException {
    PeerId key = PeerId.parse(action.matchedPositionalValue(0, ""));
    if (Files.exists(identity) && Identity.loadOrCreate(identity).peerId().equals(key)) {
      throw new SettingsException(
          "trust: "
              + key
              + " is this node's own, which counts anyway (expected: what 'fugitive key' prints on"
              + " the other machine)");
    }
    String name = action.matchedOptionValue(NAME, "");
    for (TrustedKey known : file.read()) {
      if (!name.isEmpty() && known.name().equals(name) && !known.key().equals(key)) {
        throw new SettingsException(
            NAME + ": " + name + " is " + known.key() + " already (expected: another name)");
      }
    }
    TrustedKey added = new TrustedKey(key, name, clock.instant().truncatedTo(ChronoUnit.SECONDS));
    file.add(added);
    console.out().println("trusted: " + added.shownName() + " (" + key + ")");
    return ExitStatus.OK;
  }

  private int remove(TrustFile file, ParseResult action) throws IOException {
    String wanted = action.matchedPositionalValue(0, "");
    List<TrustedKey> found =
        file.read().stream()
            .filter(known -> known.name().equals(wanted) || known.key().toString().equals(wanted))
            .toList();
    if (found.isEmpty()) {
      console.err().println("fugitive trust: " + wanted + " (expected: a key or name of the list)");
      return ExitStatus.FAILED;
    }
    for (TrustedKey known : found) {
      boolean unused = file.remove(known.key());
      console.out().println("not trusted any more: " + known.shownName());
    }
    return ExitStatus.OK;
  }

  private int list(TrustFile file) throws IOException {
    List<TrustedKey> keys = file.read();
    if (keys.isEmpty()) {
      console.out().println("no keys yet: fugitive trust add KEY --name NAME");
    }
    for (TrustedKey known : keys) {
      console.out().println(known.key() + "  " + known.since() + "  " + known.name());
    }
    return ExitStatus.OK;
  }
}
