package dev.fugitive.client.routing;

import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.ContentFound;
import dev.fugitive.client.wire.PeerMessage.ResourceFound;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Routing's side of one session: what the peer holds, what it was told, what it was asked. */
final class PeerRoute {
  private static final Logger LOG = LoggerFactory.getLogger(PeerRoute.class);

  /** Questions to one peer that wait for an answer at the same time. */
  static final int MAX_OPEN_QUESTIONS = 256;

  /** Questions of one peer that wait for what is coming here. */
  static final int MAX_HELD = 64;

  /** Questions of one peer that are passed on to others at the same time. */
  static final int MAX_PASSED_ON = 64;

  /** What a peer may ask; more and it is sent away. */
  static final double QUESTIONS_PER_SECOND = 500;

  static final double QUESTION_BURST = 2000;

  /** What we ask, well below, so that no honest peer is sent away. */
  static final double OWN_QUESTIONS_PER_SECOND = 400;

  static final double OWN_QUESTION_BURST = 1500;

  /** What we ask for others, well below that, so that nobody else uses up our own questions. */
  static final double PASSED_ON_PER_SECOND = 50;

  static final double PASSED_ON_BURST = 50;
  static final double UPDATES_PER_SECOND = 20;

  static final double UPDATE_BURST = 200;

  private final PeerSession session;
  private final boolean sharing;
  private final PeerHoldings holdings;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<Integer, Asker> openQuestions = new ConcurrentHashMap<>();
  private final AtomicInteger nextQuestionId = new AtomicInteger();

  private final Neighbours neighbours;
  private final NearbyPublisher nearby = new NearbyPublisher(this);
  private final Semaphore passingOn = new Semaphore(MAX_PASSED_ON);
  private final Semaphore holding = new Semaphore(MAX_HELD);
  private volatile PeerMessage.Supports supported = new PeerMessage.Supports(0);

  private final Silence silence = new Silence();

  /** The same for what it would have to ask its own peers. */
  private final Silence silenceOfOthers = new Silence();

  private final AnswerTimes answerTimes = new AnswerTimes();
  private final TokenBucket ownQuestions;
  private final TokenBucket passedOn;
  private final TokenBucket questions;
  private final TokenBucket lateAnswers;
  private final TokenBucket updates;
  private final TokenBucket nearbyUpdates;

  /**
   * @param sharing whether the peer said that it uploads
   */
  PeerRoute(PeerSession session, boolean sharing, LongSupplier ticker) {
    this.session = session;
    this.sharing = sharing;
    this.holdings = new PeerHoldings(ticker);
    this.neighbours = new Neighbours(ticker);
    long now = ticker.getAsLong();
    this.ownQuestions = new TokenBucket(OWN_QUESTIONS_PER_SECOND, OWN_QUESTION_BURST, now);
    this.passedOn = new TokenBucket(PASSED_ON_PER_SECOND, PASSED_ON_BURST, now);
    this.questions = new TokenBucket(QUESTIONS_PER_SECOND, QUESTION_BURST, now);
    this.lateAnswers = new TokenBucket(QUESTIONS_PER_SECOND, QUESTION_BURST, now);
    this.updates = new TokenBucket(UPDATES_PER_SECOND, UPDATE_BURST, now);
    this.nearbyUpdates = new TokenBucket(UPDATES_PER_SECOND, UPDATE_BURST, now);
  }

  PeerSession session() {
    return session;
  }

  /** Whether the peer uploads: it said so, or has switched it on since, and told what it has. */
  boolean sharing() {
    return sharing || holdings.isAny() || neighbours.count() > 0;
  }

  PeerHoldings holdings() {
    return holdings;
  }

  /** What the peer's own peers hold. */
  Neighbours neighbours() {
    return neighbours;
  }

  RouteStatus status() {
    return new RouteStatus(
        session.peer(),
        sharing,
        holdings.isKnown(),
        supportsTier2(),
        holdings.rightShare(),
        holdings.salt(),
        neighbours.salts());
  }

  /** Whether the peer finds, relays and introduces across two links. */
  boolean supportsTier2() {
    return supports(PeerMessage.Supports.TIER2);
  }

  /** Whether the peer understands an addition. */
  boolean supports(int feature) {
    return supported.has(feature);
  }

  void noteSupport(PeerMessage.Supports supports) {
    supported = supports;
  }

  /** The peer left a question without an answer although it had all the time there was. */
  void noteSilence(long nowNanos) {
    silence.begin(nowNanos);
  }

  /** The same of a question that it would have had to pass on. */
  void noteSilenceOfOthers(long nowNanos) {
    silenceOfOthers.begin(nowNanos);
  }

  /** The peer said something, a late answer perhaps. */
  void noteHeard() {
    silence.end();
    silenceOfOthers.end();
  }

  /** The peer answered a question after so long. */
  void noteAnswerTime(long nanos) {
    answerTimes.add(nanos);
  }

  /** For how long the peer's answer is worth waiting, and no longer than that. */
  long answerLimitNanos(long mostNanos) {
    return answerTimes.limitNanos(session.roundTripNanos(), mostNanos);
  }

  /** Whether a question would most likely wait in vain. */
  boolean isSilent(long nowNanos) {
    return silence.lasts(nowNanos);
  }

  /** The same of a question that it would have to pass on. */
  boolean isSilentAboutOthers(long nowNanos) {
    return silence.lasts(nowNanos) || silenceOfOthers.lasts(nowNanos);
  }

  /** What the peer must be told of others now. */
  List<PeerMessage> nearbyNews(Collection<PeerRoute> routes) {
    return nearby.news(routes);
  }

  /** Whom the peer means by a number. */
  Optional<PeerRoute> nearbyRoute(int number) {
    return nearby.route(number);
  }

  /** Whether one more question of the peer may be passed on; {@link #endPassingOn} must follow. */
  boolean beginPassingOn() {
    return passingOn.tryAcquire();
  }

  void endPassingOn() {
    passingOn.release();
  }

  /** Whether one more question of the peer may wait here; {@link #endHolding} must follow. */
  boolean beginHolding() {
    return holding.tryAcquire();
  }

  void endHolding() {
    holding.release();
  }

  /** Whether the peer may be asked one more question for another one now. */
  boolean allowsPassedOn(long nowNanos) {
    return passedOn.tryTake(nowNanos);
  }

  /** Waits for the session's end; false where it is open after that time. */
  boolean awaitClosed(long nanos) throws InterruptedException {
    return closed.await(nanos, TimeUnit.NANOSECONDS);
  }

  /** Whether the peer may tell one more time now what its peers hold. */
  boolean allowsNearby(long nowNanos) {
    return nearbyUpdates.tryTake(nowNanos);
  }

  /** Whether the peer may ask one more question now. */
  boolean allowsQuestion(long nowNanos) {
    return questions.tryTake(nowNanos);
  }

  /** Whether the peer may answer once more now what nobody waits for; an answer for a question. */
  boolean allowsLateAnswer(long nowNanos) {
    return lateAnswers.tryTake(nowNanos);
  }

  /** Whether the peer may tell one more time now what it holds. */
  boolean allowsUpdate(long nowNanos) {
    return updates.tryTake(nowNanos);
  }

  /**
   * Tells the peer what we hold and then what changes, until the session ends. What the limits of
   * uploads keep from it, it is told in the next generation, which begins when they allow it.
   *
   * @param sharing whether we give at all; what takes our holdings back is told in any case
   */
  void publish(OwnHoldings own, FilterBudget budget, BooleanSupplier sharing, long batchNanos) {
    OwnHoldings.Cursor cursor = OwnHoldings.Cursor.START;
    try {
      while (true) {
        OwnHoldings.Update update = own.awaitUpdate(cursor);
        if (!sharing.getAsBoolean() || budget.chargeOwn(update.messages())) {
          for (PeerMessage message : update.messages()) {
            session.send(message);
          }
        }
        cursor = update.cursor();
        // a filter of many parts counts as many updates at the other end
        long pauseNanos = batchNanos * update.messages().size();
        if (awaitClosed(pauseNanos)) {
          return;
        }
      }
    } catch (IOException sessionClosed) {
      LOG.debug("{}: holdings not told: {}", session.peer().shortName(), sessionClosed.toString());
    } catch (InterruptedException routingClosed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Who waits for the answer to one question; hears of it or of the session's end, once. */
  interface Asker {
    void onAnswer(PeerMessage answer);

    /** The answer will come, but not now; false where that was said before. */
    boolean onComing();

    /** The session is over. */
    void onGone();
  }

  /** Opens a question; empty where too many are open, or were asked lately. */
  Optional<Integer> openQuestion(Asker asker, long nowNanos) {
    if (openQuestions.size() >= MAX_OPEN_QUESTIONS || !ownQuestions.tryTake(nowNanos)) {
      return Optional.empty();
    }
    int id = nextQuestionId.getAndUpdate(last -> last == Integer.MAX_VALUE ? 0 : last + 1);
    openQuestions.put(id, asker);
    if (closed.getCount() == 0 && openQuestions.remove(id) != null) {
      return Optional.empty();
    }
    return Optional.of(id);
  }

  /** No answer is waited for any more. */
  void closeQuestion(int id) {
    openQuestions.remove(id);
  }

  /** Hands an answer to who asked; false where nobody waits for it any more. */
  boolean answered(PeerMessage answer) {
    int id =
        switch (answer) {
          case ResourceFound found -> found.questionId();
          case ContentFound found -> found.questionId();
          case PeerMessage.FoundAndSending found -> found.questionId();
          default -> throw new IllegalArgumentException(answer + " (expected: an answer)");
        };
    Asker asker = openQuestions.remove(id);
    if (asker == null) {
      return false;
    }
    asker.onAnswer(answer);
    return true;
  }

  /** Tells who asked that the answer will come; false where nobody waits, or it was said before. */
  boolean coming(int questionId) {
    Asker asker = openQuestions.get(questionId);
    return asker != null && asker.onComing();
  }

  /** The session is over: whoever waits for an answer hears that none will come. */
  void close() {
    closed.countDown();
    for (Integer id : List.copyOf(openQuestions.keySet())) {
      Asker asker = openQuestions.remove(id);
      if (asker != null) {
        asker.onGone();
      }
    }
  }
}
