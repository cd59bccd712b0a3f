package dev.fugitive.client.fetch;

import dev.fugitive.client.evidence.Documents;
import dev.fugitive.client.evidence.TrustBook;
import dev.fugitive.client.peer.PeerId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has what a key vouched for forgotten once the key is trusted no more, be that while the node runs
 * or while it did not: which keys were trusted last is kept beside what they vouched for.
 */
final class TrustWatch implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(TrustWatch.class);
  private static final long PERIOD_MILLIS = 1000;

  private final TrustBook trust;
  private final Library library;
  private final Documents documents;
  private final Optional<Path> lastTrusted;
  private final Optional<ScheduledExecutorService> timer;

  private TrustWatch(
      TrustBook trust,
      Library library,
      Documents documents,
      Optional<Path> lastTrusted,
      boolean changes) {
    this.trust = trust;
    this.library = library;
    this.documents = documents;
    this.lastTrusted = lastTrusted;
    this.timer =
        changes
            ? Optional.of(
                Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("trust-watch").daemon().factory()))
            : Optional.empty();
  }

  /**
   * Starts to watch; what was vouched for by keys that went while nobody watched is forgotten when
   * this returns.
   *
   * @param lastTrusted the file of the keys that were trusted last
   * @param changes whether the list may change
   */
  static TrustWatch start(
      TrustBook trust,
      Library library,
      Documents documents,
      Optional<Path> lastTrusted,
      boolean changes) {
    TrustWatch watch = new TrustWatch(trust, library, documents, lastTrusted, changes);
    watch.forget(watch.goneMeanwhile());
    watch.remember();
    watch.timer.ifPresent(timer -> {
      var unused =
          timer.scheduleWithFixedDelay(
              watch::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    });
    return watch;
  }

  private void look() {
    try {
      refresh();
    } catch (RuntimeException e) {
      LOG.error("trusted keys are looked at again in {} ms", PERIOD_MILLIS, e);
    }
  }

  /** Looks at the list now. */
  void refresh() {
    Set<PeerId> gone = trust.refresh();
    if (!gone.isEmpty()) {
      forget(gone);
      remember();
    }
  }

  private void forget(Set<PeerId> gone) {
    if (gone.isEmpty()) {
      return;
    }
    int answers = library.forgetVouchedBy(gone);
    gone.forEach(documents::forgetSigner);
    LOG.info("{} keys are trusted no more: {} answers are forgotten", gone.size(), answers);
  }

  private Set<PeerId> goneMeanwhile() {
    if (lastTrusted.isEmpty() || !Files.exists(lastTrusted.get())) {
      return Set.of();
    }
    Set<PeerId> gone = new HashSet<>();
    try {
      for (String line : Files.readAllLines(lastTrusted.get())) {
        gone.add(PeerId.parse(line));
      }
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("which keys were trusted last cannot be read: {}", e.getMessage());
    }
    gone.removeAll(trust.now().keys());
    return gone;
  }

  private void remember() {
    if (lastTrusted.isEmpty()) {
      return;
    }
    List<String> lines = trust.now().keys().stream().map(PeerId::toString).sorted().toList();
    try {
      Files.createDirectories(lastTrusted.get().toAbsolutePath().getParent());
      Files.write(lastTrusted.get(), lines);
    } catch (IOException e) {
      LOG.warn("which keys are trusted is not kept: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    timer.ifPresent(ScheduledExecutorService::shutdownNow);
  }
}
