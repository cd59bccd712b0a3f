package dev.fugitive.proxy.http;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What the front end has done, in counts. Safe for use by several threads. */
public final class FrontEndCounts {
  private final LongAdder openConnections = new LongAdder();
  private final LongAdder requests = new LongAdder();
  private final LongAdder fetches = new LongAdder();
  private final LongAdder passThroughs = new LongAdder();
  private final LongAdder tunnels = new LongAdder();
  private final Map<Integer, LongAdder> refusals = new ConcurrentHashMap<>();

  LongAdder openConnections() {
    return openConnections;
  }

  LongAdder requests() {
    return requests;
  }

  LongAdder fetches() {
    return fetches;
  }

  LongAdder passThroughs() {
    return passThroughs;
  }

  LongAdder tunnels() {
    return tunnels;
  }

  /** Bounded by the number of status codes. */
  void refused(int status) {
    refusals.computeIfAbsent(status, unseen -> new LongAdder()).increment();
  }

  /** The counts by name. */
  public Map<String, Long> snapshot() {
    Map<String, Long> counts = new TreeMap<>();
    counts.put("connections", openConnections.sum());
    counts.put("requests", requests.sum());
    counts.put("fetches", fetches.sum());
    counts.put("passThroughs", passThroughs.sum());
    counts.put("tunnels", tunnels.sum());
    refusals.forEach((status, count) -> counts.put("refused" + status, count.sum()));
    return counts;
  }
}
