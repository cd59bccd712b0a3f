package dev.fugitive.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.fetch.FetchSummary;
import dev.fugitive.client.trust.FugitiveSource;
import dev.fugitive.client.trust.HostPattern;
import dev.fugitive.client.trust.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The access log: bounded, private, readable while it is written. */
final class AccessLogTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  @TempDir Path state;

  private static FetchSummary fetch(String url, int status, long fromTier1) {
    return new FetchSummary(
        new RequestHead("GET", url, Fields.EMPTY),
        status,
        new FugitiveSource(
            Map.of(Provenance.TIER1, fromTier1),
            fromTier1 > 0 ? Optional.empty() : Optional.of(Why.NO_PEER)),
        NOW,
        Duration.ofMillis(12),
        FetchSummary.End.COMPLETE);
  }

  @Test
  void aLineSaysWhatHappenedAndNoPassword() {
    AccessRecord line = AccessRecord.of(fetch("http://me:secret@a.example/x?y", 200, 7));
    assertThat(AccessRecord.parse(line.toJson())).hasValue(line);
    assertThat(line.url()).isEqualTo("http://a.example/x?y");
    assertThat(line.sources()).isEqualTo("tier1");
    assertThat(AccessRecord.parse(line.toJson().substring(9))).isEmpty();
  }

  @Test
  void itsFilesAreTheOwnersAloneAndNeverMoreThanTheirLimit() throws IOException {
    LogFiles files = LogFiles.access(state);
    try (AccessLog log = AccessLog.open(files, 1000)) {
      for (int i = 0; i < 50; i++) {
        log.fetchEnd(i, fetch("http://a.example/" + i, 200, 0));
      }
    }
    assertThat(files.existing()).hasSize(3);
    for (Path file : files.existing()) {
      assertThat(Files.size(file)).isLessThanOrEqualTo(1000);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    List<String> last = new LogTail(files).last(2, line -> true);
    assertThat(last).hasSize(2);
    assertThat(last.getLast()).contains("http://a.example/49");
  }

  @Test
  void whoeverEndsAFetchNeverWaitsForTheLog() throws Exception {
    LogFiles files = LogFiles.access(state);
    AccessLog log = AccessLog.open(files);
    FetchSummary summary = fetch("http://a.example/x", 200, 7);
    int told = 100_000;
    for (int i = 0; i < told; i++) {
      log.fetchEnd(i, summary);
    }
    log.close();
    assertThat(Files.readAllLines(files.current())).hasSizeBetween(4096, told);
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("access-log"));
  }

  @Test
  void whatIsAppendedIsFollowedFromFileToFile() throws Exception {
    LogFiles files = LogFiles.access(state);
    List<String> seen = new CopyOnWriteArrayList<>();
    Thread follower =
        Thread.ofVirtual()
            .start(() -> {
              try {
                new LogTail(files).follow(seen::add);
              } catch (IOException | InterruptedException ended) {
                Thread.currentThread().interrupt();
              }
            });
    try (AccessLog log = AccessLog.open(files, 400)) {
      for (int i = 0; i < 5; i++) {
        int number = i;
        log.fetchEnd(i, fetch("http://a.example/" + i, 200, 0));
        await()
            .untilAsserted(() ->
                assertThat(seen).anyMatch(line -> line.contains("a.example/" + number + "\"")));
      }
    }
    assertThat(seen).hasSize(5);
    follower.interrupt();
    follower.join();
  }

  @Test
  void aFilterTakesWhatFitsAllOfIt() {
    AccessRecord line = AccessRecord.of(fetch("http://a.example/x", 404, 7));
    assertThat(filter("a.example", "4xx", "tier1", NOW, true)).accepts(line);
    assertThat(filter("b.example", "", "", NOW, false)).rejects(line);
    assertThat(filter("", "403", "", NOW, false)).rejects(line);
    assertThat(filter("", "404", "origin", NOW, false)).rejects(line);
    assertThat(filter("", "", "", NOW.plusSeconds(1), false)).rejects(line);
  }

  private static AccessFilter filter(
      String host, String status, String source, Instant since, boolean failedOnly) {
    return new AccessFilter(
        host.isEmpty() ? Optional.empty() : Optional.of(HostPattern.parse(host)),
        Optional.of(status).filter(each -> !each.isEmpty()),
        Optional.of(source).filter(each -> !each.isEmpty()),
        Optional.of(since),
        failedOnly);
  }
}
