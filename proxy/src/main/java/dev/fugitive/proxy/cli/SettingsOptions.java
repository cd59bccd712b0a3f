package dev.fugitive.proxy.cli;

import dev.fugitive.client.limits.ThisMachine;
import dev.fugitive.proxy.config.ChoicesFile;
import dev.fugitive.proxy.config.ConfigFile;
import dev.fugitive.proxy.config.Directories;
import dev.fugitive.proxy.config.Given;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.config.SettingsReader;
import dev.fugitive.proxy.config.Variables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Gives a command one flag for each setting, and {@code --config}. */
final class SettingsOptions {
  private static final String CONFIG = "--config";

  private SettingsOptions() {}

  static void addTo(CommandSpec command, Set<Setting> settings) {
    for (Setting setting : settings) {
      command.addOption(option(setting, help(setting)));
    }
    command.addOption(
        OptionSpec.builder(CONFIG)
            .paramLabel("FILE")
            .type(Path.class)
            .arity("1")
            .description("configuration file; a key is a flag without its dashes")
            .build());
  }

  /** A setting's flag, where a command has more to say of it than the setting does. */
  static OptionSpec option(Setting setting, String description) {
    return OptionSpec.builder(setting.flag())
        .paramLabel(setting.placeholder())
        .type(String[].class)
        .auxiliaryTypes(String.class)
        .arity("1")
        .completionCandidates(candidates(setting))
        .description(description)
        .build();
  }

  /** The words among what stands for the value: {@code on|off} offers both. */
  private static List<String> candidates(Setting setting) {
    String[] parts = setting.placeholder().split("\\|", -1);
    return Arrays.stream(parts).filter(part -> part.matches("[a-z]+")).toList();
  }

  /** A format, in which a percent sign is written twice. */
  private static String help(Setting setting) {
    return (setting.description() + " (default: " + setting.defaultWords() + ")")
        .replace("%", "%%");
  }

  /** The settings that the command line, the environment and the file make together. */
  static Settings read(ParseResult parsed, Console console) throws SettingsException {
    String named =
        Optional.ofNullable(parsed.matchedOption(CONFIG))
            .map(option -> option.<Path>getValue().toString())
            .orElse("");
    Settings settings = read(flags(parsed), named, console);
    Variables.unknown(console.environment())
        .forEach(name ->
            console.err().println("fugitive: " + name + " is no setting's variable: ignored"));
    return settings;
  }

  /** The settings that the environment and the file make. */
  static Settings readWithoutFlags(Console console) throws SettingsException {
    return read(Map.of(), "", console);
  }

  private static Settings read(Map<Setting, Given> flags, String configFile, Console console)
      throws SettingsException {
    Directories directories =
        Directories.of(console.environment(), console.osName(), console.home());
    return SettingsReader.read(
        flags,
        console.environment(),
        file(configFile, console, directories),
        new ChoicesFile(directories.state()).read(),
        directories,
        ThisMachine::hardware,
        SettingsOptions::freeDiskBytes);
  }

  private static Map<Setting, Given> flags(ParseResult parsed) {
    Map<Setting, Given> flags = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      if (parsed.hasMatchedOption(setting.flag())) {
        String[] values = parsed.matchedOption(setting.flag()).getValue();
        flags.put(
            setting,
            new Given(
                Arrays.stream(values)
                    .flatMap(value -> SettingsReader.split(setting, value).stream())
                    .toList(),
                setting.flag()));
      }
    }
    return flags;
  }

  private static Map<Setting, Given> file(String byFlag, Console console, Directories directories)
      throws SettingsException {
    String named =
        byFlag.isEmpty() ? console.environment().getOrDefault(Variables.CONFIG, "") : byFlag;
    if (!named.isEmpty()) {
      return ConfigFile.read(Path.of(named));
    }
    Path usual = directories.configFile();
    return Files.exists(usual) ? ConfigFile.read(usual) : Map.of();
  }

  /** The space left on the disk that will hold the directory, which may not exist yet. */
  private static long freeDiskBytes(Path directory) {
    for (Path existing = directory; existing != null; existing = existing.getParent()) {
      long free = existing.toFile().getUsableSpace();
      if (free > 0) {
        return free;
      }
    }
    return 0;
  }
}
