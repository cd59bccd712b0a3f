package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.config.Choices;
import dev.fugitive.proxy.config.ChoicesFile;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.config.SettingsException;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Locale;

/**
 * Whether this node may give to others. Off until the user has said yes: by flag, configuration,
 * {@code fugitive share}, on the proxy's page, or to one question, which is asked once, at a
 * terminal. The answer is kept in the state directory, with when and how it was given.
 */
final class Consent {
  private static final String QUESTION =
      """
      Fugitive can give what it has fetched to other nodes that ask for it, as they give to you.
      Only public, cacheable content is ever given: nothing that needed a cookie or a password,
      nothing private, nothing from addresses inside your network. At most 20 GiB a month, and
      nothing on battery, over a metered connection or through a VPN, unless you allow it.
      You can change this at any time with 'fugitive share'.
      Share with other nodes? [y/N]
      """;

  private final ChoicesFile file;
  private final InstantSource clock;

  Consent(ChoicesFile file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
  }

  /** The settings with an answer in them. */
  Settings settle(Settings settings, Console console) throws SettingsException {
    if (settings.share().isPresent()) {
      return settings;
    }
    if (console.answers().isEmpty()) {
      return settings.withShare(false);
    }
    boolean answer = ask(console, console.answers().get());
    Choices.Consent given = new Choices.Consent(clock.instant(), Choices.How.TERMINAL);
    file.write(file.read().withConsent(answer, given));
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
}
