package dev.fugitive.proxy.config;

import dev.fugitive.proxy.text.FileWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The configuration file: lines of {@code key = value}; {@code #} begins a comment line. */
public final class ConfigFile {
  private static final long MAX_BYTES = 1 << 20;

  private ConfigFile() {}

  /** Reads a file that must be there. */
  public static Map<Setting, Given> read(Path file) throws SettingsException {
    try {
      if (Files.isDirectory(file)) {
        throw new SettingsException("--config: " + file + ": a folder (expected: a file)");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new SettingsException(
            file + ": " + Files.size(file) + " bytes (expected: at most " + MAX_BYTES + ")");
      }
      return parse(Files.readAllLines(file), file.toString());
    } catch (IOException unreadable) {
      throw new SettingsException("--config: " + FileWords.of(unreadable));
    }
  }

  static Map<Setting, Given> parse(List<String> lines, String name) throws SettingsException {
    Map<Setting, Given> given = new EnumMap<>(Setting.class);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        take(line, name + ":" + (i + 1), given);
      }
    }
    return given;
  }

  private static void take(String line, String place, Map<Setting, Given> given)
      throws SettingsException {
    int equals = line.indexOf('=');
    if (equals < 0) {
      throw new SettingsException(place + ": " + line + " (expected: key = value)");
    }
    String key = line.substring(0, equals).strip();
    Optional<Setting> setting = Setting.ofKey(key);
    if (setting.isEmpty()) {
      throw new SettingsException(
          place + ": unknown key " + key + " (expected: " + instead(key) + ")");
    }
    Given before = given.get(setting.get());
    if (before != null && !setting.get().isRepeatable()) {
      String first = before.origin().substring(0, before.origin().lastIndexOf(": "));
      throw new SettingsException(place + ": " + key + " is already set at " + first);
    }
    List<String> values = new ArrayList<>(before == null ? List.of() : before.values());
    values.addAll(SettingsReader.split(setting.get(), line.substring(equals + 1).strip()));
    given.put(setting.get(), new Given(values, place + ": " + key));
  }

  private static String instead(String key) {
    List<String> known = Arrays.stream(Setting.values()).map(Setting::key).toList();
    return Spelling.nearest(key, known)
        .map(meant -> meant + "?")
        .orElseGet(() -> "one of " + String.join(", ", known));
  }

  /** A file that states every setting with its default, all of them as comments. */
  public static String template() {
    StringBuilder text = new StringBuilder("# Fugitive: flags win over the environment, the");
    text.append(" environment over this file.\n");
    for (Setting setting : Setting.values()) {
      text.append("\n# ").append(setting.description()).append("\n# (default: ");
      text.append(setting.defaultWords()).append(")\n# ").append(setting.key()).append(" = ");
      text.append(setting.placeholder()).append('\n');
    }
    return text.toString();
  }
}
