package dev.fugitive.proxy.control.api;

import dev.fugitive.proxy.config.Choices;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.SettingsException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What a user may change about uploads while the proxy runs; it is remembered. */
public interface UploadControls {
  /** What is allowed, and whether it is done now or why not; see docs/limits.md. */
  Map<String, Object> report();

  /**
   * Changes settings, all or none of them.
   *
   * @param values as a user would write them
   * @param how where they were given
   * @throws SettingsException where a value cannot be followed; nothing has changed then
   * @throws IOException where what holds now cannot be remembered
   */
  void change(Map<Setting, String> values, Choices.How how) throws SettingsException, IOException;

  /**
   * Stops uploads at once.
   *
   * @param duration for how long; empty until they are resumed
   * @throws IOException where what holds now cannot be remembered
   */
  void pause(Optional<Duration> duration) throws IOException;

  /**
   * Ends a pause.
   *
   * @throws IOException where what holds now cannot be remembered
   */
  void resume() throws IOException;
}
