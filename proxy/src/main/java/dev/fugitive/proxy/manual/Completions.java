package dev.fugitive.proxy.manual;

import java.util.Locale;
import java.util.Optional;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** A shell that completes the program's commands and options. */
public enum Completions {
  BASH {
    @Override
    public String script(CommandSpec program) {
      return AutoComplete.bash(program.name(), new CommandLine(program));
    }
  },
  ZSH {
    @Override
    public String script(CommandSpec program) {
      return new ZshScript(program).text();
    }
  },
  FISH {
    @Override
    public String script(CommandSpec program) {
      return new FishScript(program).text();
    }
  };

  /** The script that the shell reads. */
  public abstract String script(CommandSpec program);

  /** The shell's name, {@code bash}. */
  public String shellName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The shell with this name. */
  public static Optional<Completions> named(String shell) {
    for (Completions each : values()) {
      if (each.shellName().equals(shell)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}
