package dev.fugitive.proxy.control.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.fetch.FetchListener;
import dev.fugitive.client.fetch.FetchProgress;
import dev.fugitive.client.fetch.FetchSummary;
import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.fetch.NodeSettings;
import dev.fugitive.client.trust.FugitiveSource;
import dev.fugitive.proxy.control.metrics.NodeMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered of a node while it runs, and what is left when that ends. */
final class LiveViewTest {
  private static final String URL = "http://private.example/secret?q=1";

  @TempDir private Path directory;

  private static FugitiveSource from(Provenance place, long bytes) {
    return new FugitiveSource(Map.of(place, bytes), Optional.empty());
  }

  private static FetchProgress progress(OptionalLong length, FugitiveSource source) {
    return new FetchProgress(source.total(), length, source, source);
  }

  private static void fetch(FetchListener listener, long bytes) {
    RequestHead request = new RequestHead("GET", URL, Fields.EMPTY);
    listener.fetchStart(1, request);
    listener.responseReady(1, 200);
    listener.bodyProgress(1, progress(OptionalLong.empty(), from(Provenance.TIER1, bytes / 2)));
    listener.fetchEnd(
        1,
        new FetchSummary(
            request,
            200,
            from(Provenance.TIER1, bytes),
            Instant.now(),
            Duration.ofMillis(30),
            FetchSummary.End.COMPLETE));
  }

  @Test
  void aBodyCountsOnceWhileItFlowsAndAtItsEnd() {
    FlowCounter counter = new FlowCounter();
    counter.bodyProgress(7, progress(OptionalLong.of(30), from(Provenance.DISK, 10)));
    assertThat(counter.bytes(Provenance.DISK)).isEqualTo(10);
    counter.bodyProgress(7, progress(OptionalLong.of(30), from(Provenance.DISK, 20)));
    assertThat(counter.bytes(Provenance.DISK)).isEqualTo(20);
    fetch(counter, 1000);
    assertThat(counter.bytes(Provenance.TIER1)).isEqualTo(1000);
    assertThat(counter.bytes(Provenance.DISK)).isEqualTo(20);
  }

  @Test
  void whatFlowedIsSeenAndKeptAndNoThreadIsLeft() throws IOException {
    Path file = directory.resolve("flow-days");
    FlowCounter counter = new FlowCounter();
    try (FugitiveNode node = FugitiveNode.start(NodeSettings.inMemory());
        LiveView view = LiveView.start(node::status, counter, file, InstantSource.system())) {
      fetch(counter, 600_000);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> view.flowedThisMonth().from(Provenance.TIER1) == 600_000);
      assertThat(view.seconds()).isNotEmpty();
      fetch(counter, 400_000);
    }
    assertThat(Files.readString(file)).contains("tier1=1000000");
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("live-view"));
  }

  @Test
  void prometheusGetsFiguresAndNothingPrivate() throws IOException {
    NodeMetrics metrics = new NodeMetrics();
    try (FugitiveNode node = FugitiveNode.start(NodeSettings.inMemory(), metrics)) {
      metrics.observe(node::status);
      fetch(metrics, 1000);
      String scraped = metrics.scrape();
      assertThat(scraped)
          .contains("# TYPE fugitive_fetch_bytes_total counter")
          .contains("fugitive_fetch_bytes_total{source=\"tier1\"}")
          .contains("fugitive_fetches_total{end=\"complete\"}")
          .contains("fugitive_fetches_without_peers_total{why=\"no-peer\"}")
          .contains("fugitive_fetch_duration_seconds_count{source=\"tier1\"} 1")
          .contains("fugitive_fetch_duration_seconds_bucket{source=\"tier1\",le=\"0.1\"} 1")
          .contains("fugitive_cache_disk_bytes", "fugitive_upload_bytes_total")
          .contains("fugitive_peers_open", "fugitive_sharing 0.0");
      assertThat(scraped).doesNotContain("private.example", "secret", node.peerId().toString());
    }
  }
}
