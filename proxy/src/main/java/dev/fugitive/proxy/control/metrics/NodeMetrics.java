package dev.fugitive.proxy.control.metrics;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.fetch.FetchListener;
import dev.fugitive.client.fetch.FetchSummary;
import dev.fugitive.client.fetch.NodeStatus;
import dev.fugitive.client.fetch.PeerStatus;
import dev.fugitive.client.mesh.MeshStatus;
import dev.fugitive.client.trust.Why;
import dev.fugitive.proxy.control.MetricsSource;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * A node's figures for Prometheus: what is counted elsewhere is read when it is scraped, and how
 * long fetches take is noted as they end. No name of a host, a URL or a peer is a label: figures
 * travel further than the rest, and their number is bounded.
 *
 * <p>One scrape sees one state of the node. Safe for use by several threads.
 */
public final class NodeMetrics implements FetchListener, MetricsSource {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10),
    Duration.ofSeconds(60)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<Provenance, Timer> durations = new EnumMap<>(Provenance.class);

  /** The state of the scrape that runs, or of the last one. */
  private final AtomicReference<NodeStatus> status = new AtomicReference<>();

  private final AtomicReference<Supplier<NodeStatus>> node = new AtomicReference<>();

  /** Counts fetches from now on; the rest when {@link #observe} has named the node. */
  public NodeMetrics() {
    for (Provenance from : Provenance.values()) {
      durations.put(
          from,
          Timer.builder("fugitive.fetch.duration")
              .description("Time from a request to the end of its body, by its main source")
              .tag("source", word(from))
              .serviceLevelObjectives(BUCKETS)
              .register(registry));
    }
  }

  /** Tells of this node. Called once. */
  public void observe(Supplier<NodeStatus> observed) {
    node.set(observed);
    status.set(observed.get());
    fetches();
    cache();
    peers();
  }

  private void fetches() {
    for (Provenance from : Provenance.values()) {
      FunctionCounter.builder("fugitive.fetch.bytes", status, of(now -> now.fetches().bytes(from)))
          .description("Body bytes given to clients, by source")
          .baseUnit("bytes")
          .tag("source", word(from))
          .register(registry);
    }
    for (FetchSummary.End end : FetchSummary.End.values()) {
      FunctionCounter.builder("fugitive.fetches", status, of(now -> now.fetches().ended(end)))
          .description("Fetches that have ended, by how")
          .tag("end", word(end))
          .register(registry);
    }
    for (Why why : Why.values()) {
      FunctionCounter.builder(
              "fugitive.fetches.without.peers", status, of(now -> now.fetches().because(why)))
          .description("Fetches in which no peer was used, by reason")
          .tag("why", why.token())
          .register(registry);
    }
  }

  private void cache() {
    gauge("fugitive.cache.contents", "Contents held", "", now -> now.contents().contents());
    gauge(
        "fugitive.cache.disk",
        "Disk used",
        "bytes",
        now -> now.contents().diskBytes() + now.representations().bytes());
    gauge("fugitive.cache.memory", "Memory used", "bytes", now -> now.contents().memoryBytes());
    counter(
        "fugitive.cache.evictions",
        "Contents evicted",
        "",
        now -> now.contents().evictedContents());
    counter(
        "fugitive.cache.damaged",
        "Contents found damaged and dropped",
        "",
        now -> now.contents().damagedContents());
  }

  private void peers() {
    gauge(
        "fugitive.peers.open",
        "Links to peers that are open",
        "",
        onPeers(on ->
            on.mesh().peers().stream()
                .filter(peer -> peer.state() == MeshStatus.State.OPEN)
                .count()));
    gauge(
        "fugitive.peers.nearby",
        "Peers of peers whose holdings are known",
        "",
        onPeers(on -> on.routing().nearby()));
    gauge(
        "fugitive.peers.banned",
        "Peers that are kept away",
        "",
        onPeers(on -> on.mesh().bans().size()));
    gauge(
        "fugitive.uploads.active",
        "Transfers to peers under way",
        "",
        onPeers(on -> on.uploads().active().size()));
    gauge(
        "fugitive.sharing",
        "1 where the user lets this node give to peers",
        "",
        now -> now.sharing() ? 1 : 0);
    counter(
        "fugitive.upload",
        "Content bytes given to peers",
        "bytes",
        onPeers(on -> on.uploads().plainBytes()));
    counter(
        "fugitive.upload.relayed",
        "Content bytes passed on between peers",
        "bytes",
        onPeers(on -> on.uploads().relayedBytes()));
  }

  private void gauge(
      String name, String description, String unit, ToLongFunction<NodeStatus> figure) {
    Gauge.builder(name, status, of(figure))
        .description(description)
        .baseUnit(unit.isEmpty() ? null : unit)
        .register(registry);
  }

  private void counter(
      String name, String description, String unit, ToLongFunction<NodeStatus> figure) {
    FunctionCounter.builder(name, status, of(figure))
        .description(description)
        .baseUnit(unit.isEmpty() ? null : unit)
        .register(registry);
  }

  private static ToDoubleFunction<AtomicReference<NodeStatus>> of(
      ToLongFunction<NodeStatus> figure) {
    return now -> figure.applyAsLong(now.get());
  }

  private static ToLongFunction<NodeStatus> onPeers(ToLongFunction<PeerStatus.On> figure) {
    return now -> now.peers() instanceof PeerStatus.On on ? figure.applyAsLong(on) : 0;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void fetchEnd(long fetchId, FetchSummary summary) {
    Timer timer = durations.get(mainSource(summary));
    if (timer != null) {
      timer.record(summary.duration());
    }
  }

  /** Where most of it came from; what had no body came from the origin. */
  private static Provenance mainSource(FetchSummary summary) {
    Provenance main = Provenance.ORIGIN;
    for (Provenance from : Provenance.values()) {
      if (summary.source().from(from) > summary.source().from(main)) {
        main = from;
      }
    }
    return main;
  }

  @Override
  public String scrape() {
    Supplier<NodeStatus> observed = node.get();
    if (observed != null) {
      status.set(observed.get());
    }
    return registry.scrape();
  }
}
