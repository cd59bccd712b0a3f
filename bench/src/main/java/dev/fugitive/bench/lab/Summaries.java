package dev.fugitive.bench.lab;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.fetch.FetchListener;
import dev.fugitive.client.fetch.FetchProgress;
import dev.fugitive.client.fetch.FetchSummary;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What became of each fetch of a node, until it is asked for; safe for use by several threads. */
final class Summaries implements FetchListener {
  private static final long PATIENCE_NANOS = 500_000_000;
  private static final long POLL_NANOS = 2_000_000;

  private final Map<String, ConcurrentLinkedQueue<Seen>> byUrl = new ConcurrentHashMap<>();

  /** Of fetches under way, by their ids. */
  private final Map<Long, Long> tier1AtNanos = new ConcurrentHashMap<>();

  /**
   * What was seen of a fetch.
   *
   * @param tier1AtNanos when bytes of a peer that has them itself had come
   */
  record Seen(FetchSummary summary, Optional<Long> tier1AtNanos) {}

  @Override
  public void bodyProgress(long fetchId, FetchProgress progress) {
    if (progress.source().from(Provenance.TIER1) > 0) {
      tier1AtNanos.putIfAbsent(fetchId, System.nanoTime());
    }
  }

  @Override
  public void fetchEnd(long fetchId, FetchSummary summary) {
    Optional<Long> tier1 = Optional.ofNullable(tier1AtNanos.remove(fetchId));
    queue(summary.request().url()).add(new Seen(summary, tier1));
  }

  /** The body's reader may be done a moment before the fetch's end is told. */
  @Nullable Seen take(String url) {
    ConcurrentLinkedQueue<Seen> queue = queue(url);
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    Seen seen = queue.poll();
    while (seen == null && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL_NANOS);
      seen = queue.poll();
    }
    return seen;
  }

  private ConcurrentLinkedQueue<Seen> queue(String url) {
    return byUrl.computeIfAbsent(url, absent -> new ConcurrentLinkedQueue<>());
  }
}
