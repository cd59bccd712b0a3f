package dev.fugitive.client.routing;

import dev.fugitive.client.routing.ResourceAnswers.Vouched;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.ContentFound;
import dev.fugitive.client.wire.PeerMessage.FindAndSend;
import dev.fugitive.client.wire.PeerMessage.FindContent;
import dev.fugitive.client.wire.PeerMessage.FindResource;
import dev.fugitive.client.wire.PeerMessage.FindThrough;
import dev.fugitive.client.wire.PeerMessage.FoundAndSending;
import dev.fugitive.client.wire.PeerMessage.Holdings;
import dev.fugitive.client.wire.PeerMessage.HoldingsDelta;
import dev.fugitive.client.wire.PeerMessage.Nearby;
import dev.fugitive.client.wire.PeerMessage.NearbyDelta;
import dev.fugitive.client.wire.PeerMessage.NearbyGone;
import dev.fugitive.client.wire.PeerMessage.ResourceComing;
import dev.fugitive.client.wire.PeerMessage.ResourceFound;
import dev.fugitive.client.wire.PeerMessage.Supports;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what peers say, each within its limits; a peer that goes beyond them is sent away.
 *
 * <p>Safe for use by several threads: what a peer says comes on its session's own.
 */
final class Listening {
  private static final Logger LOG = LoggerFactory.getLogger(Listening.class);

  private final Answering answering;
  private final SecondTier secondTier;
  private final Executor threads;
  private final LongSupplier ticker;
  private final LongAdder lateAnswers = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder expelled = new LongAdder();

  Listening(Answering answering, SecondTier secondTier, Executor threads, LongSupplier ticker) {
    this.answering = answering;
    this.secondTier = secondTier;
    this.threads = threads;
    this.ticker = ticker;
  }

  /** A peer says something; called on its session's thread. */
  void take(PeerRoute route, PeerMessage message) {
    route.noteHeard();
    switch (message) {
      case Holdings part -> onHoldings(route, part);
      case HoldingsDelta delta -> onHoldings(route, delta);
      case FindResource question -> onQuestion(route, question);
      case FindContent question -> onQuestion(route, question);
      case ResourceFound answer -> onAnswer(route, answer);
      case ContentFound answer -> onAnswer(route, answer);
      case FoundAndSending answer -> onAnswer(route, answer);
      case ResourceComing coming -> noteWhetherAwaited(route, route.coming(coming.questionId()));
      case Supports supports -> {
        route.noteSupport(supports);
        secondTier.changed();
      }
      case Nearby nearby -> onNearby(route, nearby);
      case NearbyDelta nearby -> onNearby(route, nearby);
      case NearbyGone nearby -> onNearby(route, nearby);
      case FindThrough question -> passOn(route, question);
      default -> {}
    }
  }

  /** A peer asks for a resource, and to be sent its content at once if it is small. */
  void take(PeerRoute route, FindAndSend question, Sending sending) {
    route.noteHeard();
    if (!allows(route)) {
      return;
    }
    Optional<Vouched> small = answering.toSend(question);
    Optional<Runnable> begun =
        small.flatMap(
            vouched -> sending.begin(route.session(), question.transferId(), vouched.content()));
    if (begun.isEmpty()) {
      answerOrHold(route, question);
      return;
    }
    Vouched vouched = small.orElseThrow();
    answer(
        route,
        new FoundAndSending(
            question.questionId(), vouched.voucher(), question.transferId(), vouched.content()));
    begun.get().run();
  }

  /** Answers that came when nobody waited for them any more. */
  long lateAnswers() {
    return lateAnswers.sum();
  }

  /** Questions of peers that were answered. */
  long answered() {
    return answered.sum();
  }

  /** Peers that were sent away. */
  long expelled() {
    return expelled.sum();
  }

  private void onHoldings(PeerRoute route, PeerMessage message) {
    if (!route.allowsUpdate(ticker.getAsLong())) {
      expel(route, "too many holdings messages");
      return;
    }
    try {
      route.holdings().take(message);
      secondTier.changed();
    } catch (PeerHoldings.Violation violation) {
      expel(route, String.valueOf(violation.getMessage()));
    }
  }

  private void onNearby(PeerRoute route, PeerMessage message) {
    if (!route.allowsNearby(ticker.getAsLong())) {
      expel(route, "too many messages about its peers");
      return;
    }
    try {
      switch (message) {
        case Nearby nearby -> route.neighbours().take(nearby);
        case NearbyDelta nearby -> route.neighbours().take(nearby);
        case NearbyGone nearby -> route.neighbours().take(nearby);
        default -> throw new IllegalArgumentException(message + " (expected: what is nearby)");
      }
    } catch (PeerHoldings.Violation violation) {
      expel(route, String.valueOf(violation.getMessage()));
    }
  }

  private void onQuestion(PeerRoute route, PeerMessage question) {
    if (allows(route)) {
      answerOrHold(route, question);
    }
  }

  /** Answers at once, or says that the answer is coming, and answers when it is here. */
  private void answerOrHold(PeerRoute route, PeerMessage question) {
    Optional<Answering.Held> held =
        route.supports(Supports.WAITING) ? answering.held(question) : Optional.empty();
    if (held.isEmpty() || !route.beginHolding()) {
      answer(route, answering.answer(question));
      return;
    }
    answer(route, new ResourceComing(held.get().questionId()));
    threads.execute(() -> hold(route, question, held.get()));
  }

  private void hold(PeerRoute route, PeerMessage question, Answering.Held held) {
    try {
      held.await();
      answer(route, answering.answer(question));
    } catch (InterruptedException routingClosed) {
      Thread.currentThread().interrupt();
    } finally {
      route.endHolding();
    }
  }

  /** On a thread of its own, since it waits for another peer. */
  private void passOn(PeerRoute route, FindThrough question) {
    if (allows(route)) {
      threads.execute(() -> secondTier.passOn(route, question));
    }
  }

  /** Whether a peer may ask one more; who may not is sent away. */
  private boolean allows(PeerRoute route) {
    boolean allowed = route.allowsQuestion(ticker.getAsLong());
    if (!allowed) {
      expel(route, "too many questions");
    }
    return allowed;
  }

  private void answer(PeerRoute route, PeerMessage answer) {
    try {
      route.session().send(answer);
      answered.increment();
    } catch (IOException closed) {
      LOG.debug("{}: not answered: {}", route.session().peer().shortName(), closed.toString());
    }
  }

  private void onAnswer(PeerRoute route, PeerMessage answer) {
    noteWhetherAwaited(route, route.answered(answer));
  }

  private void noteWhetherAwaited(PeerRoute route, boolean awaited) {
    if (awaited) {
      return;
    }
    lateAnswers.increment();
    if (!route.allowsLateAnswer(ticker.getAsLong())) {
      expel(route, "too many answers that nobody waits for");
    }
  }

  private void expel(PeerRoute route, String reason) {
    expelled.increment();
    route.session().close(reason);
  }
}
