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
  static final double MIN_LIKELIHOOD = 0.05;

  private final ExecutorService threads;
  private final LongSupplier ticker;
  private final LongAdder asked = new LongAdder();
  private final LongAdder falseHits = new LongAdder();

  /** A question for one target, under an id. */
  interface Question {
    PeerMessage to(Target target, int id);
  }

  Asking(ExecutorService threads, LongSupplier ticker) {
    this.threads = threads;
    this.ticker = ticker;
  }

  /** Those whose filter says yes, the likeliest first, of equals the nearest. */
  List<Target> holders(Iterable<PeerRoute> routes, HoldingItem item) {
    List<Target> targets = new ArrayList<>();
    for (PeerRoute route : routes) {
      double likelihood = route.holdings().likelihood(item);
      if (likelihood >= MIN_LIKELIHOOD && route.session().isOpen()) {
        targets.add(Target.itself(route, likelihood));
      }
    }
    targets.sort(
        Comparator.comparingDouble(Target::likelihood)
            .reversed()
            .thenComparingLong(target -> roundTripNanos(target.session())));
    return List.copyOf(targets);
  }

  /**
   * As many of these as may be asked, without those who are silent: so a peer that fell off the net
   * costs one wait, not one a request, and keeps nobody from being asked.
   */
  List<Target> answering(List<Target> likeliest, int maxPeers) {
    long nowNanos = ticker.getAsLong();
    return likeliest.stream().filter(target -> !target.isSilent(nowNanos)).limit(maxPeers).toList();
  }

  /** For ordering: what is not known is long. */
  static long roundTripNanos(PeerSession session) {
    long roundTrip = session.roundTripNanos();
    return roundTrip < 0 ? Long.MAX_VALUE : roundTrip;
  }

  /**
   * Asks these at once and waits, see {@link Poll}; the best one's answers come first. No two of
   * them are asked on one session.
   */
  <A> List<Answer<A>> ask(
      List<Target> targets,
      HoldingItem item,
      AnswerPatience patience,
      Question question,
      Function<PeerMessage, List<A>> values,
      Predicate<A> counts)
      throws InterruptedException {
    if (targets.isEmpty()) {
      return List.of();
    }
    List<PeerSession> sessions = targets.stream().map(Target::session).toList();
    Poll<A> poll = new Poll<>(sessions, counts, limitNanos(targets, patience.answer()), ticker);
    var unused = patience.over().thenRun(poll::end);
    Map<PeerRoute, Integer> open = new LinkedHashMap<>();
    try {
      for (Target target : targets) {
        put(question, target, poll, values, patience).ifPresent(id -> open.put(target.route(), id));
      }
      return learn(targets, item, poll.await());
    } finally {
      open.forEach(PeerRoute::closeQuestion);
    }
  }

  /** As long as the slowest of them may need; one that asks others first may need all there is. */
  private static long limitNanos(List<Target> targets, Duration timeout) {
    return targets.stream()
        .mapToLong(target ->
            target.isThrough()
                ? timeout.toNanos()
                : target.route().answerLimitNanos(timeout.toNanos()))
        .max()
        .orElse(timeout.toNanos());
  }

  long asked() {
    return asked.sum();
  }

  long falseHits() {
    return falseHits.sum();
  }

  void noteFalseHit(PeerHoldings holdings, HoldingItem item) {
    falseHits.increment();
    holdings.noteFalseHit(item);
  }

  private <A> Optional<Integer> put(
      Question question,
      Target target,
      Poll<A> poll,
      Function<PeerMessage, List<A>> values,
      AnswerPatience patience) {
    PeerSession session = target.session();
    long askedNanos = ticker.getAsLong();
    Optional<Integer> id =
        target
            .route()
            .openQuestion(new Waiting<>(target, poll, values, patience, askedNanos), askedNanos);
    if (id.isEmpty() || !send(session, question.to(target, id.get()), poll)) {
      poll.unanswerable(session);
    }
    return id;
  }

  /** Brings one target's answer to the poll; called on its session's thread. */
  private final class Waiting<A> implements PeerRoute.Asker {
    private final Target target;
    private final Poll<A> poll;
    private final Function<PeerMessage, List<A>> values;
    private final AnswerPatience patience;
    private final long askedNanos;
    private boolean timed;

    Waiting(
        Target target,
        Poll<A> poll,
        Function<PeerMessage, List<A>> values,
        AnswerPatience patience,
        long askedNanos) {
      this.target = target;
      this.poll = poll;
      this.values = values;
      this.patience = patience;
      this.askedNanos = askedNanos;
    }

    @Override
    public void onAnswer(PeerMessage answer) {
      noteAnswerTime();
      poll.answered(target.session(), values.apply(answer));
    }

    @Override
    public boolean onComing() {
      boolean first = !timed;
      noteAnswerTime();
      boolean worth = !target.isThrough() && patience.believed().test(target.session().peer());
      poll.coming(target.session(), worth ? patience.coming().toNanos() : 0);
      return first;
    }

    @Override
    public void onGone() {
      poll.unanswerable(target.session());
    }

    /** The first word is what a peer answers with; what it waits for itself is not its own time. */
    private void noteAnswerTime() {
      if (!timed && !target.isThrough()) {
        target.route().noteAnswerTime(ticker.getAsLong() - askedNanos);
      }
      timed = true;
    }
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
      List<Target> targets, HoldingItem item, Poll.Outcome<A> outcome) {
    List<Answer<A>> answers = new ArrayList<>();
    for (Target target : targets) {
      List<A> values = outcome.values(target.session());
      if (!values.isEmpty()) {
        target.holdings().noteRightHit();
        values.forEach(
            value -> answers.add(new Answer<>(target.session(), target.isThrough(), value)));
      } else if (outcome.isMiss(target.session())) {
        noteFalseHit(target.holdings(), item);
      }
      if (outcome.silent().contains(target.session())) {
        target.noteSilence(ticker.getAsLong());
      }
    }
    return List.copyOf(answers);
  }
}
