package dev.fugitive.proxy.config;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The environment variables that begin with the program's name. */
public final class Variables {
  /** Names the configuration file. */
  public static final String CONFIG = "FUGITIVE_CONFIG";

  /** In a shell that {@code system on} has set up: what it had before. */
  public static final String SHELL = "FUGITIVE_SHELL";

  private static final String PREFIX = "FUGITIVE_";

  /** What the launcher reads, and the others that are no settings. */
  private static final List<String> BESIDE_SETTINGS =
      List.of(CONFIG, SHELL, "FUGITIVE_JAVA_OPTIONS");

  private Variables() {}

  /**
   * The settings that the environment gives.
   *
   * @throws SettingsException where a variable is named nearly as one that is known: whoever sets a
   *     limit that does not hold should hear of it
   */
  static Map<Setting, Given> given(Map<String, String> environment) throws SettingsException {
    for (String name : unknown(environment)) {
      Optional<String> meant = Spelling.nearest(name, known());
      if (meant.isPresent()) {
        throw new SettingsException(name + ": unknown variable (expected: " + meant.get() + "?)");
      }
    }
    Map<Setting, Given> given = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      String value = environment.getOrDefault(setting.variable(), "").strip();
      if (!value.isEmpty()) {
        given.put(setting, new Given(SettingsReader.split(setting, value), setting.variable()));
      }
    }
    return given;
  }

  /**
   * Variables that look like ours and are not: Kubernetes, for example, gives a pod {@code
   * FUGITIVE_SERVICE_HOST} where a service has the name.
   */
  public static Set<String> unknown(Map<String, String> environment) {
    Set<String> unknown = new TreeSet<>();
    environment.forEach((name, value) -> {
      if (name.startsWith(PREFIX) && !value.isBlank()) {
        unknown.add(name);
      }
    });
    unknown.removeAll(known());
    return unknown;
  }

  private static Set<String> known() {
    Set<String> known = new TreeSet<>(BESIDE_SETTINGS);
    Arrays.stream(Setting.values()).map(Setting::variable).forEach(known::add);
    return known;
  }
}
