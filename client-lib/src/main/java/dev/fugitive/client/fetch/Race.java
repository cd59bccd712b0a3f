package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.client.fetch.PeerPlan.ByRoot;
import dev.fugitive.client.fetch.PeerPlan.WithoutPeers;
import dev.fugitive.client.trust.Why;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code latency} means before the first byte: the origin is asked at the moment at which
 * peers are, and whoever can answer first does.
 *
 * <p>The origin's head before the peers' word: the origin answers, and the peers are asked for
 * nothing. The peers' word before the origin's head, with a root that proves each chunk: they
 * answer, with the origin's answer as one more source of the swarm. Anything else that peers could
 * give would have to wait for the origin's head, or for all of it: then the origin answers. An
 * origin that says that it cannot answer (5xx) is heard when peers cannot either. A long body, for
 * which help is worth most, waits for the peers' word a moment longer; meanwhile its first bytes
 * come.
 */
final class Race {
  private static final Logger LOG = LoggerFactory.getLogger(Race.class);

  private static final PeerPlan NOBODY = new WithoutPeers(Why.PEERS_FAILED);

  /** A body of this length waits for the peers' word as long again as the head took. */
  private static final long WORTH_WAITING_BYTES = 1024 * 1024;

  private static final Duration LONGEST_WAIT = Duration.ofMillis(100);

  /** Both sides have limits of their own, far below this. */
  private static final Duration NO_LIMIT = Duration.ofHours(1);

  private final Planning planning;
  private final Call.Factory origin;
  private final LongSupplier nanoClock;

  /** Finds out what peers can do; blocks. */
  interface Planning {
    PeerPlan plan(RequestHead request, FetchTrace trace, PeerWish wish) throws IOException;
  }

  Race(Planning planning, Call.Factory origin, LongSupplier nanoClock) {
    this.planning = planning;
    this.origin = origin;
    this.nanoClock = nanoClock;
  }

  /** Who answers. */
  sealed interface Winner {
    /** Peers, together with the origin. */
    record Swarm(ByRoot plan) implements Winner {}

    /** The origin alone. */
    record Origin(Response response) implements Winner {}
  }

  /** Runs until it is known who answers; what has begun for the other one is ended. */
  Winner run(Request asked, RequestHead request, PeerWish wish) throws IOException {
    long startNanos = nanoClock.getAsLong();
    FetchTrace trace = FetchTrace.of(asked);
    HeadStart start = HeadStart.begin(origin, asked, trace);
    CompletableFuture<PeerPlan> planned = plan(request, trace, wish);
    try {
      awaitEither(start, planned, trace, startNanos);
      if (start.hasAnswer()) {
        planned.complete(NOBODY);
      }
      PeerPlan plan = trace.cancellation().await(planned, NO_LIMIT);
      if (plan instanceof ByRoot byRoot) {
        trace.isAhead(start);
        return new Winner.Swarm(byRoot);
      }
      wish.takeBack();
      return new Winner.Origin(answer(start, plan, trace));
    } catch (IOException | RuntimeException e) {
      planned.complete(NOBODY);
      start.close();
      throw e;
    }
  }

  /**
   * What is planned when nobody waits for it any more wishes for nothing; where it fails, the
   * origin may still answer.
   */
  private CompletableFuture<PeerPlan> plan(RequestHead request, FetchTrace trace, PeerWish wish) {
    CompletableFuture<PeerPlan> planned = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("plan")
        .start(() -> {
          try {
            if (planned.complete(planning.plan(request, trace, wish))) {
              return;
            }
          } catch (IOException | RuntimeException | Error e) {
            LOG.warn("what peers could give is not known", e);
            planned.complete(NOBODY);
          }
          wish.takeBack();
        });
    return planned;
  }

  /** Returns with the first word of either, of a long body's a moment later. */
  private void awaitEither(
      HeadStart start, CompletableFuture<PeerPlan> planned, FetchTrace trace, long startNanos)
      throws IOException {
    trace.cancellation().await(CompletableFuture.anyOf(planned, start.settled()), NO_LIMIT);
    if (start.hasAnswer() && start.lengthBytes() >= WORTH_WAITING_BYTES) {
      Duration took = Duration.ofNanos(nanoClock.getAsLong() - startNanos);
      trace
          .cancellation()
          .awaitAtMost(planned, took.compareTo(LONGEST_WAIT) < 0 ? took : LONGEST_WAIT);
    }
  }

  private static Response answer(HeadStart start, PeerPlan plan, FetchTrace trace)
      throws IOException {
    trace.cancellation().await(start.head(), NO_LIMIT);
    trace.takeFrom(start.trace());
    trace.noPeersBecause(plan instanceof WithoutPeers(Why why) ? why : Why.PEERS_FAILED);
    return start
        .takeArrived()
        .orElseThrow(() -> new IllegalStateException("the answer is taken (expected: once)"));
  }
}
