package dev.fugitive.proxy;

import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.control.PacSource;
import dev.fugitive.proxy.desktop.PacFile;
import dev.fugitive.proxy.desktop.SavedSettings;
import dev.fugitive.proxy.desktop.SavedSettingsFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the PAC file with what {@code fugitive system on} found out about this machine. */
record Pac(Settings settings) implements PacSource {
  private static final Logger LOG = LoggerFactory.getLogger(Pac.class);

  @Override
  public String script(String authority) {
    Optional<SavedSettings> saved = saved();
    return PacFile.script(
        authority,
        saved.map(SavedSettings::bypass).orElse(List.of()),
        saved.flatMap(SavedSettings::behind),
        settings.trustOrigins());
  }

  private Optional<SavedSettings> saved() {
    try {
      return new SavedSettingsFile(settings.stateDir()).read();
    } catch (IOException unreadable) {
      LOG.warn("no bypass list: {}", unreadable.getMessage());
      return Optional.empty();
    }
  }
}
