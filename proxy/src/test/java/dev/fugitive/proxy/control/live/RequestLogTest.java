package dev.fugitive.proxy.control.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.fetch.FetchPhase;
import dev.fugitive.client.fetch.FetchSummary;
import dev.fugitive.client.trust.FugitiveSource;
import dev.fugitive.client.trust.Why;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The last requests, with their times. */
final class RequestLogTest {
  private static final Instant BEGAN = Instant.parse("2026-01-31T00:00:00Z");

  private final AtomicLong nanos = new AtomicLong(500);
  private final RequestLog log = new RequestLog(InstantSource.fixed(BEGAN), nanos::get);

  private static RequestHead get(String url) {
    return new RequestHead("GET", url, Fields.EMPTY);
  }

  private static FetchSummary summary(int status) {
    FugitiveSource source =
        new FugitiveSource(Map.of(Provenance.ORIGIN, 7L), Optional.of(Why.NO_PEER));
    return new FetchSummary(
        get("http://a/"), status, source, BEGAN, Duration.ZERO, FetchSummary.End.COMPLETE);
  }

  @Test
  void aRequestIsSeenWhileItRunsAndWhenItHasEnded() {
    log.fetchStart(1, get("http://a/"));
    RequestLog.Entry running = log.since(0).getFirst();
    assertThat(running.end()).isEmpty();
    assertThat(running.turns())
        .containsExactly(new RequestLog.Turn(FetchPhase.LOOKUP, running.startNanos()));
    nanos.set(550);
    log.phaseStart(1, FetchPhase.PEERS);
    nanos.set(570);
    log.phaseStart(1, FetchPhase.CONNECT);
    log.phaseStart(1, FetchPhase.CONNECT);
    nanos.set(600);
    log.responseReady(1, 200);
    nanos.set(900);
    log.fetchEnd(1, summary(200));
    RequestLog.Entry ended = log.since(0).getFirst();
    assertThat(ended.turns())
        .containsExactly(
            new RequestLog.Turn(FetchPhase.LOOKUP, 0),
            new RequestLog.Turn(FetchPhase.PEERS, 50),
            new RequestLog.Turn(FetchPhase.CONNECT, 70),
            new RequestLog.Turn(FetchPhase.BODY, 100));
    assertThat(ended.endNanos()).hasValue(400);
    assertThat(ended.status()).isEqualTo(200);
    assertThat(ended.bytes()).containsEntry(Provenance.ORIGIN, 7L);
    assertThat(ended.why()).contains(Why.NO_PEER);
    assertThat(log.at(ended.endNanos().orElseThrow())).isEqualTo(BEGAN.plusNanos(400));
  }

  @Test
  void onlyWhatChangedSinceIsToldAgain() {
    log.fetchStart(1, get("http://a/"));
    nanos.set(700);
    log.fetchStart(2, get("http://b/"));
    assertThat(log.since(100)).extracting(RequestLog.Entry::id).containsExactly(2L);
    nanos.set(800);
    log.fetchEnd(1, summary(0));
    assertThat(log.since(250)).extracting(RequestLog.Entry::id).containsExactly(1L);
    assertThat(log.since(0)).extracting(RequestLog.Entry::id).containsExactly(2L, 1L);
    assertThat(log.since(301)).isEmpty();
  }

  @Test
  void aRequestThatTurnsWithoutEndKeepsItsFirstPhasesAndItsBody() {
    log.fetchStart(1, get("http://a/"));
    for (int i = 0; i < 100; i++) {
      log.phaseStart(1, i % 2 == 0 ? FetchPhase.CONNECT : FetchPhase.FIRST_BYTE);
    }
    log.responseReady(1, 200);
    assertThat(log.since(0).getFirst().turns())
        .hasSizeLessThan(20)
        .last()
        .extracting(RequestLog.Turn::phase)
        .isEqualTo(FetchPhase.BODY);
  }

  @Test
  void onlyTheLastAreKeptAndALateEndChangesNoOther() {
    for (int id = 1; id <= RequestLog.MAX_ENTRIES + 1; id++) {
      log.fetchStart(id, get("http://a/" + id));
    }
    log.fetchEnd(1, summary(200));
    assertThat(log.since(0)).hasSize(RequestLog.MAX_ENTRIES);
    assertThat(log.since(0)).allMatch(entry -> entry.end().isEmpty());
  }

  @Test
  void aUrlWithoutEndIsShortened() {
    log.fetchStart(1, get("http://a/" + "x".repeat(100_000)));
    assertThat(log.since(0).getFirst().url()).hasSizeLessThan(3000).endsWith("…");
  }
}
