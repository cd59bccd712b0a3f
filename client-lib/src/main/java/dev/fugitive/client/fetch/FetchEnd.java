package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.client.trust.FugitiveSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tells the listener once that a fetch is over. */
final class FetchEnd {
  private final long fetchId;
  private final RequestHead request;
  private final FetchTrace trace;
  private final FetchListener listener;
  private final Instant started;
  private final AtomicBoolean told = new AtomicBoolean();

  FetchEnd(
      long fetchId,
      RequestHead request,
      FetchTrace trace,
      FetchListener listener,
      Instant started) {
    this.fetchId = fetchId;
    this.request = request;
    this.trace = trace;
    this.listener = listener;
    this.started = started;
  }

  long fetchId() {
    return fetchId;
  }

  void tell(int status, FetchSummary.End how, Instant now) {
    if (told.compareAndSet(false, true)) {
      FugitiveSource source = FugitiveSource.of(trace.tally(), Optional.ofNullable(trace.why()));
      listener.fetchEnd(
          fetchId,
          new FetchSummary(request, status, source, started, Duration.between(started, now), how));
    }
  }
}
