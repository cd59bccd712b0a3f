package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.FugitiveSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Tells the listener how a fetch goes, and once that it is over. */
final class FetchEnd {
  private final long fetchId;
  private final RequestHead request;
  private final Supplier<FugitiveSource> source;
  private final Supplier<Optional<EvidenceSource>> evidence;
  private final FetchListener listener;
  private final InstantSource clock;
  private final Instant started;
  private final AtomicBoolean told = new AtomicBoolean();

  FetchEnd(
      long fetchId,
      RequestHead request,
      Supplier<FugitiveSource> source,
      Supplier<Optional<EvidenceSource>> evidence,
      FetchListener listener,
      InstantSource clock) {
    this.fetchId = fetchId;
    this.request = request;
    this.source = source;
    this.evidence = evidence;
    this.listener = listener;
    this.clock = clock;
    this.started = clock.instant();
  }

  long fetchId() {
    return fetchId;
  }

  /** The head of its response is known. */
  void responseReady(int status) {
    listener.responseReady(fetchId, status);
  }

  /** Its reader has got some more. */
  void progress(long bytesRead, OptionalLong lengthBytes) {
    listener.bodyProgress(fetchId, new FetchProgress(bytesRead, lengthBytes, source.get()));
  }

  void tell(int status, FetchSummary.End how) {
    if (told.compareAndSet(false, true)) {
      Duration duration = Duration.between(started, clock.instant());
      listener.fetchEnd(
          fetchId,
          new FetchSummary(request, status, source.get(), evidence.get(), started, duration, how));
    }
  }
}
