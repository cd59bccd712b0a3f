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
  private final LongAdder brokenOff = new LongAdder();
  private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();

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

  /** Responses that ended before their end, with their connection. */
  LongAdder brokenOff() {
    return brokenOff;
  }

  /** By status and by reason; there are as many of each as {@link Refusal} knows. */
  void refused(Refusal refusal) {
    count("refused" + refusal.status());
    count("refused-" + refusal.reason().token());
  }

  private void count(String name) {
    refusals.computeIfAbsent(name, unseen -> new LongAdder()).increment();
  }

  /** The counts by name. */
  public Map<String, Long> snapshot() {
    Map<String, Long> counts = new TreeMap<>();
    counts.put("connections", openConnections.sum());
    counts.put("requests", requests.sum());
    counts.put("fetches", fetches.sum());
    counts.put("passThroughs", passThroughs.sum());
    counts.put("tunnels", tunnels.sum());
    counts.put("brokenOff", brokenOff.sum());
    refusals.forEach((name, count) -> counts.put(name, count.sum()));
    return counts;
  }
}
