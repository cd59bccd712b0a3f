package dev.fugitive.proxy;

import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.limits.UploadPolicy;
import dev.fugitive.client.limits.UploadStanding;
import dev.fugitive.proxy.config.Choices;
import dev.fugitive.proxy.config.ChoicesFile;
import dev.fugitive.proxy.config.Given;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.config.UploadChoices;
import dev.fugitive.proxy.control.api.UploadControls;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/** Changes what a running node gives, at once, and remembers it for the next start. */
final class LiveUploads implements UploadControls {
  private final FugitiveNode node;
  private final Settings settings;
  private final ChoicesFile file;
  private final InstantSource clock;

  /** Held over the file's writing, too: what is remembered must be what was chosen last. */
  private final ReentrantLock changing = new ReentrantLock();

  LiveUploads(FugitiveNode node, Settings settings, InstantSource clock) {
    this.node = node;
    this.settings = settings;
    this.file = new ChoicesFile(settings.stateDir());
    this.clock = clock;
  }

  @Override
  public Map<String, Object> report() {
    UploadStanding standing = node.status().uploads();
    return UploadReport.of(standing, settings, consent());
  }

  private Optional<Choices.Consent> consent() {
    try {
      return file.read().consent();
    } catch (SettingsException unreadable) {
      return Optional.empty();
    }
  }

  @Override
  public void change(Map<Setting, String> values, Choices.How how)
      throws SettingsException, IOException {
    Map<Setting, Given> given = new EnumMap<>(Setting.class);
    values.forEach(
        (setting, value) -> given.put(setting, new Given(List.of(value), setting.key())));
    changing.lock();
    try {
      node.limits(UploadChoices.apply(node.limits(), given));
      remember(before -> answered(before.with(values), values, how));
    } finally {
      changing.unlock();
    }
  }

  private Choices answered(Choices choices, Map<Setting, String> values, Choices.How how) {
    String share = values.get(Setting.SHARE);
    return share == null
        ? choices
        : choices.withConsent(share.equals("on"), new Choices.Consent(clock.instant(), how));
  }

  private void remember(UnaryOperator<Choices> change) throws IOException {
    try {
      file.write(change.apply(file.read()));
    } catch (SettingsException unusable) {
      throw new IOException(
          "it holds until the proxy ends, and is not remembered: " + unusable.getMessage(),
          unusable);
    }
  }

  @Override
  public void pause(Optional<Duration> duration) throws IOException {
    pauseUntil(Optional.of(duration.map(clock.instant()::plus).orElse(UploadPolicy.UNTIL_RESUMED)));
  }

  @Override
  public void resume() throws IOException {
    pauseUntil(Optional.empty());
  }

  private void pauseUntil(Optional<Instant> end) throws IOException {
    changing.lock();
    try {
      node.limits(node.limits().withPausedUntil(end));
      remember(before -> before.withPause(end));
    } finally {
      changing.unlock();
    }
  }
}
