package dev.fugitive.client.routing;

import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses whom to ask by what their filters say, asks all at once, and learns from the answers. */
final class Asking {
  private static final Logger LOG = LoggerFactory.getLogger(Asking.class);

  /** Below this likelihood a peer is not worth a question. */
  private static final double MIN_LIKELIHOOD = 0.05;

  private final ExecutorService threads;
  private final LongSupplier ticker;
  private final LongAdder asked = new LongAdder();
  private final LongAdder falseHits = new LongAdder();

  /** A question for one peer, under an id. */
  interface Question {
    PeerMessage to(PeerRoute route, int id);
  }

  /** A peer that is worth a question. */
  private record Candidate(PeerRoute route, double likelihood, long roundTripNanos) {}

  Asking(ExecutorService threads, LongSupplier ticker) {
    this.threads = threads;
    this.ticker = ticker;
  }

  /** Those whose filter says yes, the likeliest first, of equals the nearest. */
  List<PeerRoute> holders(Iterable<PeerRoute> routes, HoldingItem item) {
    List<Candidate> candidates = new ArrayList<>();
    for (PeerRoute route : routes) {
      double likelihood = route.holdings().likelihood(item);
      if (likelihood >= MIN_LIKELIHOOD && route.session().isOpen()) {
        long roundTrip = route.session().roundTripNanos();
        candidates.add(
            new Candidate(route, likelihood, roundTrip < 0 ? Long.MAX_VALUE : roundTrip));
      }
    }
    candidates.sort(
        Comparator.comparingDouble(Candidate::likelihood)
            .reversed()
            .thenComparingLong(Candidate::roundTripNanos));
    return candidates.stream().map(Candidate::route).toList();
  }

  /** Asks these peers at once and waits, see {@link Poll}; the best peer's answers come first. */
  <A> List<Answer<A>> ask(
      List<PeerRoute> routes,
      HoldingItem item,
      Duration timeout,
      Question question,
      Function<PeerMessage, List<A>> values,
      Predicate<A> counts)
      throws InterruptedException {
    if (routes.isEmpty()) {
      return List.of();
    }
    List<PeerSession> sessions = routes.stream().map(PeerRoute::session).toList();
    Poll<A> poll = new Poll<>(sessions, counts, timeout.toNanos(), ticker);
    Map<PeerRoute, Integer> open = new LinkedHashMap<>();
    try {
      for (PeerRoute route : routes) {
        put(question, route, poll, values).ifPresent(id -> open.put(route, id));
      }
      return learn(routes, item, poll.await());
    } finally {
      open.forEach(PeerRoute::closeQuestion);
    }
  }

  long asked() {
    return asked.sum();
  }

  long falseHits() {
    return falseHits.sum();
  }

  void noteFalseHit(PeerRoute route, HoldingItem item) {
    falseHits.increment();
    route.holdings().noteFalseHit(item);
  }

  private <A> Optional<Integer> put(
      Question question, PeerRoute route, Poll<A> poll, Function<PeerMessage, List<A>> values) {
    PeerSession session = route.session();
    Optional<Integer> id =
        route.openQuestion(
            new PeerRoute.Asker() {
              @Override
              public void onAnswer(PeerMessage answer) {
                poll.answered(session, values.apply(answer));
              }

              @Override
              public void onGone() {
                poll.unanswerable(session);
              }
            },
            ticker.getAsLong());
    if (id.isEmpty() || !send(session, question.to(route, id.get()), poll)) {
      poll.unanswerable(session);
    }
    return id;
  }

  /** Sends on a thread of its own, since the peer's link may block; false where there is none. */
  private boolean send(PeerSession session, PeerMessage message, Poll<?> poll) {
    try {
      threads.execute(() -> {
        try {
          session.send(message);
        } catch (IOException closed) {
          LOG.debug("{}: not asked: {}", session.peer().shortName(), closed.toString());
          poll.unanswerable(session);
        }
      });
      asked.increment();
      return true;
    } catch (RejectedExecutionException routingClosed) {
      return false;
    }
  }

  private <A> List<Answer<A>> learn(
      List<PeerRoute> routes, HoldingItem item, Poll.Outcome<A> outcome) {
    List<Answer<A>> answers = new ArrayList<>();
    for (PeerRoute route : routes) {
      List<A> values = outcome.values(route.session());
      if (!values.isEmpty()) {
        route.holdings().noteRightHit();
        values.forEach(value -> answers.add(new Answer<>(route.session(), value)));
      } else if (outcome.isMiss(route.session())) {
        noteFalseHit(route, item);
      }
    }
    return List.copyOf(answers);
  }
}
