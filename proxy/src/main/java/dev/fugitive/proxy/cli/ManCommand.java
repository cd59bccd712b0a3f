package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.manual.ManPages;
import dev.fugitive.proxy.text.FileWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive man [COMMAND]}: shows a man page, or writes all of them. */
final class ManCommand implements Subcommand {
  private static final String OUT = "--out";

  private final Console console;
  private final InstantSource clock;
  private final CommandSpec spec =
      CommandLines.examples(
          CommandLines.command("man", "Show the manual of a command, or write all man pages.")
              .addPositional(
                  PositionalParamSpec.builder()
                      .paramLabel("COMMAND")
                      .type(String.class)
                      .arity("0..1")
                      .description("the command (default: the program as a whole)")
                      .build())
              .addOption(
                  OptionSpec.builder(OUT)
                      .paramLabel("DIR")
                      .type(Path.class)
                      .arity("1")
                      .description("write every page to DIR/man1 instead")
                      .build()),
          "fugitive man doctor",
          "fugitive man --out ~/.local/share/man   # then: man fugitive-doctor");

  ManCommand(Console console, InstantSource clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws SettingsException, IOException {
    ManPages pages = new ManPages(spec.root(), date());
    if (parsed.hasMatchedOption(OUT)) {
      return write(pages, parsed.matchedOption(OUT).getValue());
    }
    CommandSpec command = command(parsed.matchedPositionalValue(0, ""));
    String page = pages.page(command);
    if (!console.terminal().out()) {
      console.out().print(page);
      return ExitStatus.OK;
    }
    return showByMan(page) ? ExitStatus.OK : showAsHelp(command);
  }

  private int write(ManPages pages, Path directory) throws SettingsException {
    Path section = directory.resolve("man1");
    try {
      Files.createDirectories(section);
      for (Map.Entry<String, String> page : pages.all().entrySet()) {
        Files.writeString(section.resolve(page.getKey()), page.getValue());
      }
    } catch (IOException unwritable) {
      throw new SettingsException(
          OUT
              + ": "
              + directory
              + " (expected: a writable directory; "
              + FileWords.of(unwritable)
              + ")");
    }
    console.out().println(pages.all().size() + " pages in " + section);
    return ExitStatus.OK;
  }

  /** What packages are built from says what day it is, so that they come out the same. */
  private LocalDate date() throws SettingsException {
    String epoch = console.environment().getOrDefault("SOURCE_DATE_EPOCH", "");
    try {
      Instant instant =
          epoch.isEmpty() ? clock.instant() : Instant.ofEpochSecond(Long.parseLong(epoch));
      return LocalDate.ofInstant(instant, ZoneOffset.UTC);
    } catch (NumberFormatException malformed) {
      throw new SettingsException(
          "SOURCE_DATE_EPOCH: " + epoch + " (expected: seconds since 1970)");
    }
  }

  private CommandSpec command(String name) throws SettingsException {
    Map<String, CommandLine> commands = spec.root().subcommands();
    if (name.isEmpty() || name.equals(spec.root().name())) {
      return spec.root();
    }
    CommandLine command = commands.get(name);
    if (command == null) {
      throw new SettingsException(
          "COMMAND: "
              + name
              + " (expected: "
              + commands.keySet().stream().collect(Collectors.joining(", "))
              + ")");
    }
    return command.getCommandSpec();
  }

  /** Whether there is a program man, which has shown the page then. */
  private static boolean showByMan(String page) throws IOException {
    Path file = Files.createTempFile("fugitive", ".1");
    try {
      Files.writeString(file, page);
      return new ProcessBuilder("man", "-l", file.toString()).inheritIO().start().waitFor() == 0;
    } catch (IOException noSuchProgram) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private int showAsHelp(CommandSpec command) {
    command.commandLine().usage(console.out());
    return ExitStatus.OK;
  }
}
