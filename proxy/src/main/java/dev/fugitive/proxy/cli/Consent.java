package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.config.SettingsException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether this node may give to others. Off until the user has said yes: by flag, configuration, or
 * the answer to one question, which is asked once, at a terminal, and kept in the state directory.
 */
final class Consent {
  private static final String QUESTION =
      """
      Fugitive can give what it has fetched to other nodes that ask for it, as they give to you.
      Only public, cacheable content is ever given: nothing that needed a cookie or a password,
      nothing private, nothing from addresses inside your network. You can change this at any time
      with --share on or --share off.
      Share with other nodes? [y/N]
      """;

  private final Path file;

  Consent(Path stateDir) {
    this.file = stateDir.resolve("share");
  }

  /** The settings with an answer in them. */
  Settings settle(Settings settings, Console console) throws SettingsException {
    if (settings.share().isPresent()) {
      return settings;
    }
    Optional<Boolean> before = stored();
    if (before.isPresent()) {
      return settings.withShare(before.get());
    }
    if (console.answers().isEmpty()) {
      return settings.withShare(false);
    }
    boolean answer = ask(console, console.answers().get());
    store(answer);
    return settings.withShare(answer);
  }

  private static boolean ask(Console console, BufferedReader answers) throws SettingsException {
    console.err().print(QUESTION);
    console.err().flush();
    try {
      String answer = answers.readLine();
      return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    } catch (IOException unreadable) {
      throw new SettingsException("--share: no answer (" + unreadable + ")");
    }
  }

  private Optional<Boolean> stored() throws SettingsException {
    try {
      return Files.exists(file)
          ? Optional.of(Files.readString(file).strip().equals("on"))
          : Optional.empty();
    } catch (IOException unreadable) {
      throw new SettingsException("--share: cannot read " + file + " (" + unreadable + ")");
    }
  }

  private void store(boolean answer) throws SettingsException {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, answer ? "on\n" : "off\n");
    } catch (IOException unwritable) {
      throw new SettingsException("--share: cannot write " + file + " (" + unwritable + ")");
    }
  }
}
