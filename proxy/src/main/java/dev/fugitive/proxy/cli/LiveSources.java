package dev.fugitive.proxy.cli;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.fetch.FetchListener;
import dev.fugitive.client.fetch.FetchProgress;
import dev.fugitive.client.trust.FugitiveSource;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.JsonObject;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where the bytes of a fetch have come from so far, while it runs: heard from a node in this
 * process, or asked of the proxy that fetches. Who looks never waits for it.
 */
final class LiveSources implements FetchListener {
  /** The proxy to ask, and what the fetch is of. */
  private record Question(ControlClient proxy, String url) {}

  private final Optional<Question> question;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile Map<Provenance, Long> latest = Map.of();

  private LiveSources(Optional<Question> question) {
    this.question = question;
  }

  /** Of a node that tells its progress to this listener. */
  static LiveSources heard() {
    return new LiveSources(Optional.empty());
  }

  /**
   * Of a proxy: the latest of its running requests for that URL. Without the token nothing is known
   * but the end.
   */
  static LiveSources askedOf(ControlClient proxy, String url) {
    return new LiveSources(
        proxy.token().isPresent() ? Optional.of(new Question(proxy, url)) : Optional.empty());
  }

  @Override
  public void bodyProgress(long fetchId, FetchProgress progress) {
    latest = progress.source().bytes();
  }

  /** What is known by now; asks for more where nobody is asking. */
  Map<Provenance, Long> now() {
    if (question.isPresent() && asking.compareAndSet(false, true)) {
      Thread.ofVirtual().name("live-sources").start(() -> ask(question.get()));
    }
    return latest;
  }

  private void ask(Question asked) {
    try {
      for (JsonObject request : asked.proxy().get("requests").objects("requests")) {
        if (request.requireText("url").equals(asked.url())
            && request.requireText("end").equals("running")) {
          latest = bytes(request);
          return;
        }
      }
    } catch (IOException | ApiException unknown) {
      // a progress bar is worth no complaint: what is known stays
    } finally {
      asking.set(false);
    }
  }

  private static Map<Provenance, Long> bytes(JsonObject request) throws ApiException {
    Map<Provenance, Long> bytes = new EnumMap<>(Provenance.class);
    Optional<JsonObject> told = request.object("bytes");
    if (told.isPresent()) {
      for (Provenance from : Provenance.values()) {
        bytes.put(from, told.get().number(from.token()).orElse(0L));
      }
    }
    return new FugitiveSource(bytes, Optional.empty()).bytes();
  }
}
