package dev.fugitive.proxy;

import dev.fugitive.cache.file.PrivateFile;
import dev.fugitive.cache.file.SoleUse;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.text.FileWords;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Takes a state directory for one proxy alone: it holds the key, and two proxies with one key would
 * stand in each other's way wherever they meet others.
 */
final class StateLock {
  private static final String NAME = "lock";

  private StateLock() {}

  static SoleUse take(Path stateDir) throws SettingsException {
    try {
      PrivateFile.makeDirectory(stateDir);
      return SoleUse.tryTake(stateDir.resolve(NAME))
          .orElseThrow(() ->
              new SettingsException(
                  "state directory: "
                      + stateDir
                      + " is in use (expected: one proxy for each, since it holds the key;"
                      + " 'fugitive status' says whether one runs)"));
    } catch (IOException unusable) {
      throw new SettingsException("state directory: " + FileWords.of(unusable));
    }
  }
}
