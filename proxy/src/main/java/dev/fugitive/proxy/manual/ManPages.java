package dev.fugitive.proxy.manual;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Makes the man pages of a program out of the model that parses its command line: a page for the
 * program and one for each command, in which the commands below it have their sections. So a page
 * says what the program does, and nothing else.
 */
public final class ManPages {
  private static final int SECTION = 1;

  private final CommandSpec program;
  private final LocalDate date;

  /** The date stands at the foot of each page. */
  public ManPages(CommandSpec program, LocalDate date) {
    this.program = program;
    this.date = date;
  }

  /** Every page by the name of its file, {@code fugitive-proxy.1}. */
  public Map<String, String> all() {
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put(fileName(program), page(program));
    CommandModel.commands(program).forEach(command -> pages.put(fileName(command), page(command)));
    return pages;
  }

  /** The page of the program or of one of its commands. */
  public String page(CommandSpec command) {
    Roff page =
        new Roff(
            pageName(command).toUpperCase(Locale.ROOT),
            SECTION,
            date.toString(),
            version(),
            "Fugitive");
    String title = CommandModel.title(command);
    page.section("NAME").raw(Roff.escape(pageName(command)) + " \\- " + Roff.escape(title));
    page.section("SYNOPSIS");
    synopsis(page, command);
    page.section("DESCRIPTION").text(description(command));
    if (command == program) {
      page.section("COMMANDS");
      CommandModel.commands(program)
          .forEach(each -> page.item(pageName(each) + "(1)", "", CommandModel.title(each) + "."));
    } else if (!CommandModel.commands(command).isEmpty()) {
      page.section("COMMANDS");
      CommandModel.commands(command).forEach(each -> nested(page, each));
    }
    page.section("OPTIONS");
    options(page, command);
    ending(page, command);
    return page.toString();
  }

  private void nested(Roff page, CommandSpec command) {
    page.subsection(command.name());
    synopsis(page, command);
    page.paragraph(description(command));
    options(page, command);
    examples(command).forEach(page::example);
  }

  private static void synopsis(Roff page, CommandSpec command) {
    String parts =
        Stream.concat(
                Stream.of(Roff.bold(command.qualifiedName())),
                Stream.concat(
                    Stream.of("[" + Roff.italic("OPTION") + "]..."),
                    CommandModel.commands(command).isEmpty()
                        ? command.positionalParameters().stream().map(ManPages::operand)
                        : Stream.of(Roff.italic("COMMAND"))))
            .collect(Collectors.joining(" "));
    page.raw(parts);
  }

  private static String operand(PositionalParamSpec operand) {
    String label = Roff.italic(operand.paramLabel());
    String many = operand.arity().max() > 1 ? "..." : "";
    return operand.arity().min() == 0 ? "[" + label + "]" + many : label + many;
  }

  private static void options(Roff page, CommandSpec command) {
    for (PositionalParamSpec operand : command.positionalParameters()) {
      page.raw(".TP").raw(Roff.italic(operand.paramLabel()));
      page.text(CommandModel.words(operand.description()));
    }
    for (OptionSpec option : CommandModel.options(command)) {
      page.item(
          String.join(", ", option.names()),
          CommandModel.takesValue(option) ? option.paramLabel() : "",
          CommandModel.words(option.description()));
    }
  }

  private void ending(Roff page, CommandSpec command) {
    List<String> examples = examples(command).toList();
    if (!examples.isEmpty()) {
      page.section("EXAMPLES");
      examples.forEach(page::example);
    }
    page.section("EXIT STATUS");
    program
        .usageMessage()
        .exitCodeList()
        .forEach((status, meaning) -> page.item(status.strip(), "", meaning));
    page.section("SEE ALSO");
    page.raw(
        (command == program ? CommandModel.commands(program).stream() : Stream.of(program))
            .map(each -> Roff.bold(pageName(each)) + "(1)")
            .collect(Collectors.joining(", ")));
  }

  /** The footer holds what a user may type. */
  private static Stream<String> examples(CommandSpec command) {
    String footer = String.join("\n", command.usageMessage().footer()).replace("%%", "%");
    return footer.isBlank() ? Stream.empty() : Stream.of(footer);
  }

  private static String description(CommandSpec command) {
    return CommandModel.words(command.usageMessage().description());
  }

  /** The name of a command's page, {@code fugitive-proxy}. */
  public static String pageName(CommandSpec command) {
    return command.qualifiedName("-");
  }

  private static String fileName(CommandSpec command) {
    return pageName(command) + "." + SECTION;
  }

  private String version() {
    return String.join(" ", program.version());
  }
}
