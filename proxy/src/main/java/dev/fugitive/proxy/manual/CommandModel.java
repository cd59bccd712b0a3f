package dev.fugitive.proxy.manual;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What completion scripts and man pages ask of picocli's model. */
final class CommandModel {
  private CommandModel() {}

  /** The commands below one, those left out that nobody is told of. */
  static List<CommandSpec> commands(CommandSpec command) {
    return command.subcommands().values().stream()
        .map(line -> line.getCommandSpec())
        .filter(each -> !each.usageMessage().hidden())
        .distinct()
        .toList();
  }

  static List<OptionSpec> options(CommandSpec command) {
    return command.options().stream().filter(option -> !option.hidden()).toList();
  }

  /** Picocli's descriptions are formats: a percent sign is written twice. */
  static String words(String[] lines) {
    return String.join("\n", lines).replace("%%", "%");
  }

  /** The first sentence of a description, without its full stop. */
  static String title(CommandSpec command) {
    String all = words(command.usageMessage().description()).replace('\n', ' ');
    int end = all.indexOf(". ");
    String first = end < 0 ? all : all.substring(0, end);
    return first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
  }

  static boolean takesValue(OptionSpec option) {
    return option.arity().max() > 0;
  }

  static boolean isFile(ArgSpec argument) {
    return argument.type() == Path.class;
  }

  /** The values to choose from; none where there are too many to name. */
  static List<String> candidates(ArgSpec argument) {
    List<String> candidates = new ArrayList<>();
    if (argument.completionCandidates() != null) {
      argument.completionCandidates().forEach(candidates::add);
    }
    return candidates;
  }
}
