package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.desktop.PacFile;
import dev.fugitive.proxy.desktop.SavedSettings;
import dev.fugitive.proxy.desktop.SavedSettingsFile;
import dev.fugitive.proxy.text.FileWords;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** What a starting proxy says where {@code fugitive system on} was run before, and not undone. */
final class SystemHint {
  private SystemHint() {}

  /** One line; none where nothing is saved. */
  static Optional<String> of(Settings settings, InetSocketAddress address) {
    try {
      return new SavedSettingsFile(settings.stateDir())
          .read()
          .map(saved -> words(saved, PacFile.url(address)));
    } catch (IOException unreadable) {
      return Optional.of("system proxy: " + FileWords.of(unreadable));
    }
  }

  private static String words(SavedSettings saved, String ownUrl) {
    return saved.pacUrl().equals(ownUrl)
        ? "system proxy: this one, on "
            + saved.desktop()
            + "; 'fugitive system off' gives back what was set before"
        : "system proxy: set to "
            + saved.pacUrl()
            + ", which is not this proxy; run 'fugitive system on' or 'fugitive system off'";
  }
}
