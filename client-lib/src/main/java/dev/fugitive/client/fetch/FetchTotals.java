package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.Why;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of all fetches since the start: how many, how they ended, where their bytes came from, why
 * not from peers. Its counts go on; they are read one by one, and not all at one moment.
 */
public final class FetchTotals implements FetchListener {
  private final LongAdder started = new LongAdder();
  private final Map<FetchSummary.End, LongAdder> ends = new EnumMap<>(FetchSummary.End.class);
  private final Map<Provenance, LongAdder> bytes = new EnumMap<>(Provenance.class);
  private final Map<Why, LongAdder> whys = new EnumMap<>(Why.class);
  private final Map<EvidenceSource, LongAdder> evidenced = new EnumMap<>(EvidenceSource.class);
  private final Map<Why, LongAdder> lacking = new EnumMap<>(Why.class);

  FetchTotals() {
    for (FetchSummary.End end : FetchSummary.End.values()) {
      ends.put(end, new LongAdder());
    }
    for (Provenance from : Provenance.values()) {
      bytes.put(from, new LongAdder());
    }
    for (Why why : Why.values()) {
      whys.put(why, new LongAdder());
      lacking.put(why, new LongAdder());
    }
    for (EvidenceSource source : EvidenceSource.values()) {
      evidenced.put(source, new LongAdder());
    }
  }

  @Override
  public void fetchStart(long fetchId, RequestHead request) {
    started.increment();
  }

  @Override
  public void fetchEnd(long fetchId, FetchSummary summary) {
    count(ends, summary.end(), 1);
    for (Provenance from : Provenance.values()) {
      count(bytes, from, summary.counted().from(from));
    }
    summary.source().why().ifPresent(why -> count(whys, why, 1));
    countCoverage(summary);
  }

  /** What came from our own store needs no evidence. */
  private void countCoverage(FetchSummary summary) {
    long outside = 0;
    for (Provenance from : Provenance.values()) {
      outside += from.isOutside() ? summary.counted().from(from) : 0;
    }
    if (outside == 0) {
      return;
    }
    Optional<EvidenceSource> evidence = summary.evidence();
    if (evidence.isPresent()) {
      count(evidenced, evidence.get(), outside);
    } else {
      count(lacking, summary.source().why().orElse(Why.NO_EVIDENCE), outside);
    }
  }

  /** How much of what came from outside could have been proven, so far. */
  public Coverage coverage() {
    return new Coverage(sums(evidenced), sums(lacking));
  }

  private static <K> Map<K, Long> sums(Map<K, LongAdder> counters) {
    Map<K, Long> sums = new HashMap<>();
    counters.forEach((key, counter) -> {
      if (counter.sum() > 0) {
        sums.put(key, counter.sum());
      }
    });
    return sums;
  }

  /**
   * Fetches that were started.
   *
   * @return how many
   */
  public long started() {
    return started.sum();
  }

  /**
   * Fetches that ended so.
   *
   * @param end how they ended
   * @return how many
   */
  public long ended(FetchSummary.End end) {
    return sum(ends, end);
  }

  /**
   * Body bytes that readers got from there; what came once for several of them counts once, and as
   * memory for the others.
   *
   * @param from where
   * @return how many bytes, as the origin coded them
   */
  public long bytes(Provenance from) {
    return sum(bytes, from);
  }

  /**
   * Fetches in which no peer was used for this reason.
   *
   * @param why the reason
   * @return how many
   */
  public long because(Why why) {
    return sum(whys, why);
  }

  private static <K> void count(Map<K, LongAdder> counters, K key, long by) {
    LongAdder counter = counters.get(key);
    if (counter != null && by != 0) {
      counter.add(by);
    }
  }

  private static <K> long sum(Map<K, LongAdder> counters, K key) {
    return Optional.ofNullable(counters.get(key)).map(LongAdder::sum).orElse(0L);
  }
}
