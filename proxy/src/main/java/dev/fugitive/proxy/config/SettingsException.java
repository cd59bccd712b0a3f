package dev.fugitive.proxy.config;

/**
 * A choice that cannot be followed; the message is one line that names it and what was expected.
 */
public final class SettingsException extends Exception {
  public SettingsException(String message) {
    super(message);
  }
}
