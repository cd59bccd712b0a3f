package dev.fugitive.proxy.config;

import java.util.List;

/**
 * What the user gave for one setting.
 *
 * @param values one value, or several where the setting is repeatable
 * @param origin where it was given, as an error message names it
 */
public record Given(List<String> values, String origin) {
  public Given {
    values = List.copyOf(values);
  }

  String only() throws SettingsException {
    if (values.size() != 1) {
      throw new SettingsException(origin + ": given " + values.size() + " times (expected: once)");
    }
    return values.getFirst();
  }

  SettingsException refused(String value, String expected) {
    return new SettingsException(origin + ": " + value + " (expected: " + expected + ")");
  }
}
