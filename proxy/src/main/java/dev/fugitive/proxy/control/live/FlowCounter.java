package dev.fugitive.proxy.control.live;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.fetch.FetchListener;
import dev.fugitive.client.fetch.FetchProgress;
import dev.fugitive.client.fetch.FetchSummary;
import dev.fugitive.client.trust.FugitiveSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the bytes that clients get while they get them, by where they come from: a long body
 * counts as it flows, and not all at once at its end, and what came once for several readers counts
 * once. Safe for use by several threads.
 */
public final class FlowCounter implements FetchListener {
  private final Map<Provenance, LongAdder> totals = new EnumMap<>(Provenance.class);

  /** What has been counted of fetches that run and have long bodies; each is gone with its end. */
  private final Map<Long, FugitiveSource> counted = new ConcurrentHashMap<>();

  /** Begins at nothing. */
  public FlowCounter() {
    for (Provenance from : Provenance.values()) {
      totals.put(from, new LongAdder());
    }
  }

  @Override
  public void bodyProgress(long fetchId, FetchProgress progress) {
    FugitiveSource before = counted.put(fetchId, progress.counted());
    add(before == null ? FugitiveSource.NOTHING : before, progress.counted());
  }

  @Override
  public void fetchEnd(long fetchId, FetchSummary summary) {
    FugitiveSource before = counted.isEmpty() ? null : counted.remove(fetchId);
    add(before == null ? FugitiveSource.NOTHING : before, summary.counted());
  }

  private void add(FugitiveSource before, FugitiveSource now) {
    for (Provenance from : Provenance.values()) {
      long more = now.from(from) - before.from(from);
      LongAdder total = totals.get(from);
      if (total != null && more != 0) {
        total.add(more);
      }
    }
  }

  /** Bytes from one place so far. */
  public long bytes(Provenance from) {
    LongAdder total = totals.get(from);
    return total == null ? 0 : total.sum();
  }
}
