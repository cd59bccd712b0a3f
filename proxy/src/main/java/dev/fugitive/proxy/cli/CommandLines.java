package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.ProxyServer;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.config.Spelling;
import dev.fugitive.proxy.desktop.ProcessRunner;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The commands, and how each ends: with one line of words where it cannot go on. */
public final class CommandLines {
  private CommandLines() {}

  /** Runs a command line to its end; the result is the exit status. */
  static int run(Console console, String... arguments) {
    Map<String, Subcommand> commands = new LinkedHashMap<>();
    for (Subcommand command : subcommands(console)) {
      commands.put(command.spec().name(), command);
    }
    CommandSpec program =
        command(
            "fugitive",
            "A P2P CDN fetch proxy. A URL goes in, bytes that are proven right come out, from the"
                + " nearest place that has them: memory, disk, a peer over WebRTC, or the origin.");
    program
        .usageMessage()
        .synopsisSubcommandLabel("COMMAND")
        .exitCodeListHeading("%nExit status:%n")
        .exitCodeList(ExitStatus.MEANINGS);
    commands.values().forEach(each -> program.addSubcommand(each.spec().name(), each.spec()));
    return new CommandLine(program)
        .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler((refusal, given) -> refused(refusal))
        .setExecutionExceptionHandler((failure, line, parsed) -> failed(failure, line))
        .setExecutionStrategy(parsed -> execute(parsed, commands))
        .execute(arguments);
  }

  private static List<Subcommand> subcommands(Console console) {
    return List.of(
        new ProxyCommand(console, InstantSource.system()),
        new RendezvousCommand(console),
        new FetchCommand(console),
        new StatusCommand(console),
        new DashboardCommand(console, new ProcessRunner()),
        new ShareCommand(console, InstantSource.system()),
        new KeyCommand(console),
        new ManifestCommand(console),
        new MirrorCommand(console),
        new SystemCommand(console),
        new TrustCommand(console, InstantSource.system()),
        new CaCommand(console, InstantSource.system()),
        new PeersCommand(console),
        new CacheCommand(console),
        new ExplainCommand(console),
        new DoctorCommand(console),
        new LogsCommand(console, InstantSource.system()),
        new CompletionCommand(console),
        new ManCommand(console, InstantSource.system()));
  }

  /** A command with {@code --help} and {@code --version}. */
  static CommandSpec command(String name, String description) {
    CommandSpec spec = CommandSpec.create().name(name).mixinStandardHelpOptions(true);
    spec.version("fugitive " + ProxyServer.VERSION);
    // the first sentence alone stands in the list of all commands
    spec.usageMessage().description(description.split("(?<=\\.) ", 2));
    return spec;
  }

  /** Adds what a user may type, a line each, to what a command says of itself. */
  static CommandSpec examples(CommandSpec spec, String... lines) {
    spec.usageMessage().footerHeading("%nExamples:%n");
    spec.usageMessage()
        .footer(Arrays.stream(lines).map(line -> line.replace("%", "%%")).toArray(String[]::new));
    return spec;
  }

  /** The option of every command whose answer a script may read. */
  static OptionSpec json() {
    return OptionSpec.builder("--json").type(boolean.class).description("as JSON").build();
  }

  /** An option with one value. */
  static OptionSpec option(String name, String placeholder, String description) {
    return OptionSpec.builder(name)
        .paramLabel(placeholder)
        .type(String.class)
        .arity("1")
        .description(description)
        .build();
  }

  /** The refusal of a word, or of none, where a command wants an action. */
  static String noAction(String command, String word, String expected) {
    return command + ": " + (word.isEmpty() ? "no action" : word) + " (expected: " + expected + ")";
  }

  private static int execute(ParseResult parsed, Map<String, Subcommand> commands) {
    Integer helped = CommandLine.executeHelpRequest(parsed);
    if (helped != null) {
      return helped;
    }
    ParseResult chosen = parsed.subcommand();
    Subcommand command = chosen == null ? null : commands.get(chosen.commandSpec().name());
    CommandLine line = parsed.commandSpec().commandLine();
    if (command == null) {
      throw new ParameterException(
          line, "no command (expected: " + String.join(", ", commands.keySet()) + ")");
    }
    try {
      return command.run(chosen);
    } catch (Exception failure) {
      throw new CommandLine.ExecutionException(line, "command failed", failure);
    }
  }

  private static int refused(ParameterException refusal) {
    CommandSpec command = refusal.getCommandLine().getCommandSpec();
    String name = command.qualifiedName();
    String words =
        refusal instanceof CommandLine.UnmatchedArgumentException unknown
            ? words(unknown)
            : String.valueOf(refusal.getMessage()).lines().findFirst().orElse("");
    refusal
        .getCommandLine()
        .getErr()
        .println(name + ": " + words + " (usage: " + name + " --help)");
    return ExitStatus.USAGE;
  }

  private static String words(CommandLine.UnmatchedArgumentException unknown) {
    CommandSpec command = unknown.getCommandLine().getCommandSpec();
    String first = unknown.getUnmatched().getFirst();
    List<String> alike = unknown.getSuggestions();
    if (alike.isEmpty()) {
      alike =
          unknown.isUnknownOption()
              ? nearestOption(first, command).stream().toList()
              : List.copyOf(command.subcommands().keySet());
    }
    return alike.isEmpty()
        ? first + " (expected: " + (unknown.isUnknownOption() ? "an option" : "nothing more") + ")"
        : first + " (expected: " + String.join(", ", alike) + ")";
  }

  /** The long option that was meant; a word of three letters may mean any. */
  private static Optional<String> nearestOption(String written, CommandSpec command) {
    List<String> known =
        command.optionsMap().keySet().stream().filter(name -> name.length() > 4).toList();
    return Spelling.nearest(written.replaceFirst("=.*", ""), known);
  }

  private static int failed(Exception failure, CommandLine line) throws Exception {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (cause instanceof SettingsException) {
      line.getErr().println("fugitive: " + cause.getMessage());
      return ExitStatus.USAGE;
    }
    throw failure;
  }
}
