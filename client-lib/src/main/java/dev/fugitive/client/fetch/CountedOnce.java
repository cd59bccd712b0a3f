package dev.fugitive.client.fetch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.trust.FugitiveSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one reader of a body is counted for. Several readers may follow one fetch, each from the
 * body's first byte on, though its bytes come once: they count for whoever is the first to get so
 * far. The others had them from this node, so for them they count as memory.
 */
final class CountedOnce {
  @GuardedBy("this")
  private final Map<Provenance, Long> counts = new EnumMap<>(Provenance.class);

  @GuardedBy("this")
  private FugitiveSource before = FugitiveSource.NOTHING;

  /**
   * All that the reader is counted for, as of now.
   *
   * @param source what it has got, by where that came from
   * @param furthest how far the readers of its fetch have come, this one included from now on
   */
  synchronized FugitiveSource upTo(FugitiveSource source, AtomicLong furthest) {
    long from = before.total();
    long until = source.total();
    long others = furthest.getAndUpdate(far -> Math.max(far, until));
    long shared = Math.clamp(others - from, 0, Math.max(0, until - from));
    for (Provenance place : Provenance.values()) {
      long more = source.from(place) - before.from(place);
      long had = place.isOutside() && more > 0 ? Math.min(more, shared) : 0;
      shared -= had;
      counts.merge(place, more - had, Long::sum);
      counts.merge(Provenance.MEMORY, had, Long::sum);
    }
    before = source;
    return new FugitiveSource(counts, source.why());
  }
}
