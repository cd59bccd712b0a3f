package dev.fugitive.proxy.manual;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completion for zsh: a function for each command, which names its options to _arguments. */
final class ZshScript {
  private final CommandSpec program;
  private final StringBuilder script = new StringBuilder();

  ZshScript(CommandSpec program) {
    this.program = program;
  }

  String text() {
    script.append("#compdef ").append(program.name()).append("\n\n");
    function(program);
    // sourced, it announces itself; found on the path of functions, it is what compinit calls
    script.append("if [ \"$funcstack[1]\" = \"_").append(program.name()).append("\" ]; then\n  _");
    script.append(program.name()).append(" \"$@\"\nelse\n  compdef _").append(program.name());
    script.append(' ').append(program.name()).append("\nfi\n");
    return script.toString();
  }

  private void function(CommandSpec command) {
    List<CommandSpec> below = CommandModel.commands(command);
    script.append(functionName(command)).append("() {\n");
    script.append("  local curcontext=\"$curcontext\" state line\n  _arguments -C -S");
    CommandModel.options(command).forEach(this::option);
    if (below.isEmpty()) {
      operands(command);
      script.append("\n}\n\n");
      return;
    }
    part("'1: :->command'");
    part("'*:: :->rest'");
    script.append("\n  case $state in\n    command)\n      local -a commands=(\n");
    below.forEach(each ->
        script
            .append("        '")
            .append(quoted(each.name() + ":" + CommandModel.title(each).replace(":", "\\:")))
            .append("'\n"));
    script.append("      )\n      _describe command commands ;;\n    rest)\n");
    script.append("      case $line[1] in\n");
    below.forEach(each ->
        script
            .append("        ")
            .append(each.name())
            .append(") ")
            .append(functionName(each))
            .append(" ;;\n"));
    script.append("      esac ;;\n  esac\n}\n\n");
    below.forEach(this::function);
  }

  private void option(OptionSpec option) {
    String description =
        "["
            + quoted(CommandModel.words(option.description()).replace('\n', ' '))
                .replace("[", "\\[")
                .replace("]", "\\]")
            + "]";
    String value = CommandModel.takesValue(option) ? ":" + value(option) : "";
    String many = option.isMultiValue() ? "*" : "";
    for (String name : option.names()) {
      part("'" + many + name + description + value + "'");
    }
  }

  private void operands(CommandSpec command) {
    for (PositionalParamSpec operand : command.positionalParameters()) {
      boolean many = operand.arity().max() > 1;
      String optional = operand.arity().min() == 0 ? "::" : ":";
      part("'" + (many ? "*:" : optional) + value(operand) + "'");
    }
  }

  /** What is asked for, and what answers. */
  private static String value(ArgSpec argument) {
    String label = quoted(argument.paramLabel()).replace(":", "\\:");
    List<String> candidates = CommandModel.candidates(argument);
    if (!candidates.isEmpty()) {
      return label
          + ":("
          + candidates.stream().map(ZshScript::quoted).collect(Collectors.joining(" "))
          + ")";
    }
    return label + ":" + (CommandModel.isFile(argument) ? "_files" : " ");
  }

  private void part(String words) {
    script.append(" \\\n    ").append(words);
  }

  private static String functionName(CommandSpec command) {
    return "_" + command.qualifiedName("_");
  }

  /** Within single quotes. */
  private static String quoted(String text) {
    return text.replace("'", "'\\''");
  }
}
