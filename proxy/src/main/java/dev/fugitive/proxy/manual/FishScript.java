package dev.fugitive.proxy.manual;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completion for fish: one {@code complete} command for each thing that may be typed. */
final class FishScript {
  private final CommandSpec program;
  private final StringBuilder script = new StringBuilder();

  FishScript(CommandSpec program) {
    this.program = program;
  }

  String text() {
    script.append("# fish completion for ").append(program.name()).append('\n');
    line(List.of(), "-f");
    add(program, List.of());
    return script.toString();
  }

  private void add(CommandSpec command, List<String> path) {
    for (CommandSpec below : CommandModel.commands(command)) {
      line(condition(command, path), "-a", below.name(), "-d", quoted(CommandModel.title(below)));
    }
    List<String> here = seen(path);
    for (OptionSpec option : CommandModel.options(command)) {
      List<String> words = new ArrayList<>();
      for (String name : option.names()) {
        words.add(name.startsWith("--") ? "-l" : "-s");
        words.add(name.replaceFirst("^--?", ""));
      }
      if (CommandModel.takesValue(option)) {
        words.addAll(value(option));
      }
      words.add("-d");
      words.add(quoted(CommandModel.words(option.description())));
      line(path.isEmpty() ? condition(command, path) : here, words.toArray(String[]::new));
    }
    for (PositionalParamSpec operand : command.positionalParameters()) {
      List<String> words = value(operand);
      if (words.size() > 1) {
        line(here, words.subList(1, words.size()).toArray(String[]::new));
      }
    }
    for (CommandSpec below : CommandModel.commands(command)) {
      List<String> longer = new ArrayList<>(path);
      longer.add(below.name());
      add(below, longer);
    }
  }

  private static List<String> value(ArgSpec argument) {
    List<String> candidates = CommandModel.candidates(argument);
    if (!candidates.isEmpty()) {
      return List.of("-x", "-a", quoted(String.join(" ", candidates)));
    }
    return CommandModel.isFile(argument) ? List.of("-r", "-F") : List.of("-x");
  }

  /** Where a command is expected: those above were typed, none of those at this level was. */
  private static List<String> condition(CommandSpec command, List<String> path) {
    List<String> names = CommandModel.commands(command).stream().map(CommandSpec::name).toList();
    List<String> conditions = new ArrayList<>(seen(path));
    if (!names.isEmpty()) {
      conditions.add("not __fish_seen_subcommand_from " + String.join(" ", names));
    }
    return conditions;
  }

  private static List<String> seen(List<String> path) {
    return path.stream().map(name -> "__fish_seen_subcommand_from " + name).toList();
  }

  private void line(List<String> conditions, String... words) {
    script.append("complete -c ").append(program.name());
    if (!conditions.isEmpty()) {
      script.append(" -n ").append(quoted(String.join("; and ", conditions)));
    }
    for (String word : words) {
      script.append(' ').append(word);
    }
    script.append('\n');
  }

  private static String quoted(String text) {
    String line = text.replace('\n', ' ').replace("\\", "\\\\").replace("'", "\\'");
    return "'" + line + "'";
  }
}
