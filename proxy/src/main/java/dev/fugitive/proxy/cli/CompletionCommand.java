package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.manual.Completions;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive completion SHELL}: prints what makes a shell complete commands and options. */
final class CompletionCommand implements Subcommand {
  private static final List<String> SHELLS =
      Arrays.stream(Completions.values()).map(Completions::shellName).toList();

  private final Console console;
  private final CommandSpec spec =
      CommandLines.examples(
          CommandLines.command(
                  "completion", "Print what makes a shell complete Fugitive's command lines.")
              .addPositional(
                  PositionalParamSpec.builder()
                      .paramLabel(String.join("|", SHELLS))
                      .type(String.class)
                      .arity("1")
                      .completionCandidates(SHELLS)
                      .description("the shell")
                      .build()),
          "source <(fugitive completion bash)      # in ~/.bashrc; for zsh in ~/.zshrc",
          "fugitive completion fish | source       # in ~/.config/fish/config.fish");

  CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws SettingsException {
    String shell = parsed.matchedPositionalValue(0, "");
    String given = shell.isEmpty() ? "none" : shell;
    Completions chosen =
        Completions.named(shell)
            .orElseThrow(() ->
                new SettingsException(
                    "shell: " + given + " (expected: " + String.join(", ", SHELLS) + ")"));
    console.out().print(chosen.script(spec.root()));
    return ExitStatus.OK;
  }
}
