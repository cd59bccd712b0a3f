package dev.fugitive.client.routing;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.client.limits.UploadGate;
import dev.fugitive.client.mesh.PeerHandler;
import dev.fugitive.client.mesh.PeerSession;
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
import dev.fugitive.client.wire.PeerMessage.ResourceFound;
import dev.fugitive.client.wire.PeerMessage.Supports;
import dev.fugitive.client.wire.WireLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who has a thing: tells tier-1 peers what we hold, remembers what they hold, asks and answers.
 *
 * <p>Which peers to go to is known from memory, so that a miss costs no round trip. What a peer
 * claims is worth a question and nothing more: vouchers are checked by their signature, contents by
 * their hashes.
 *
 * <h2>Threads</h2>
 *
 * Each session has a virtual thread that publishes our holdings to it; its messages come on the
 * session's own thread. {@link #findResource} and {@link #findContent} block their caller, which
 * must be a virtual thread; questions are sent on virtual threads of their own, since a slow peer's
 * link may block. Filters are rebuilt on one virtual thread.
 */
public final class Routing implements PeerHandler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Routing.class);

  /** Changes of our holdings are told together, this often at most. */
  public static final Duration BATCH = Duration.ofMillis(200);

  /** What our peers hold changes more often than what we hold, and is told less often. */
  private static final int NEARBY_BATCHES = 5;

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final HoldingsSource source;
  private final LongSupplier ticker;
  private final long batchNanos;
  private final OwnHoldings own;
  private final Map<PeerSession, PeerRoute> routes = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("routing-", 0).factory());
  private final FilterBudget budget;
  private final SecondTier secondTier;
  private final Asking asking;
  private final Answering answering;
  private final AtomicInteger rebuildsWanted = new AtomicInteger();
  private volatile boolean sharing;

  private final LongAdder lateAnswers = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder expelled = new LongAdder();

  /**
   * Starts with what the source has.
   *
   * @param salt random, {@link WireLimits#SALT_BYTES} bytes, new for each run
   * @param sharing whether others are told what we hold, and answered
   * @param ticker nanoseconds, as {@link System#nanoTime}
   */
  public Routing(
      HoldingsSource source,
      ResourceAnswers answers,
      ByteString salt,
      boolean sharing,
      LongSupplier ticker) {
    this(source, answers, salt, sharing, UploadGate.OPEN, ticker);
  }

  /**
   * The same within limits.
   *
   * @param gate is asked before a filter is told, our own or another's
   */
  public Routing(
      HoldingsSource source,
      ResourceAnswers answers,
      ByteString salt,
      boolean sharing,
      UploadGate gate,
      LongSupplier ticker) {
    this(source, answers, salt, sharing, gate, ticker, BATCH);
  }

  Routing(
      HoldingsSource source,
      ResourceAnswers answers,
      ByteString salt,
      boolean sharing,
      UploadGate gate,
      LongSupplier ticker,
      Duration batch) {
    this.source = source;
    this.ticker = ticker;
    this.batchNanos = batch.toNanos();
    this.own = new OwnHoldings(salt);
    this.asking = new Asking(threads, ticker);
    this.sharing = sharing;
    this.answering = new Answering(own, answers, () -> this.sharing);
    this.budget = new FilterBudget(gate, ticker);
    this.secondTier = new SecondTier(routes.values(), salt, () -> this.sharing, budget, ticker);
    source.listen(new SourceListener());
    rebuild();
  }

  /** Turns answering and telling on or off; peers are told soon. */
  public void setSharing(boolean on) {
    sharing = on;
    rebuild();
    secondTier.changed();
  }

  /** Takes over the rate that all uploads have together; empty for no limit. */
  public void setUploadRate(Optional<Long> bytesPerSecond) {
    budget.setUploadRate(bytesPerSecond);
  }

  /** Peers that probably have this content, whole or in part, the likeliest first. */
  public List<PeerSession> holdersOf(ContentId content) {
    return sessions(new HoldingItem.OfContent(content));
  }

  /** Peers that probably have a content with this digest, the likeliest first. */
  public List<PeerSession> holdersOf(Digest digest) {
    return sessions(new HoldingItem.OfDigest(digest));
  }

  /** Peers that probably have a voucher for this resource (its primary key), likeliest first. */
  public List<PeerSession> holdersOf(ResourceKey resource) {
    return sessions(new HoldingItem.OfResource(resource));
  }

  /**
   * Peers through whom this content can probably be had from peers of theirs, to whom we have no
   * session; the likeliest first.
   */
  public List<PeerSession> reaching(ContentId content) {
    return secondTier.targets(new HoldingItem.OfContent(content)).stream()
        .map(Target::session)
        .toList();
  }

  /** Peers a peer of whom, to whom we have no session, probably has a voucher for this resource. */
  public List<PeerSession> reaching(ResourceKey resource) {
    return secondTier.targets(new HoldingItem.OfResource(resource)).stream()
        .map(Target::session)
        .toList();
  }

  /** Peers that probably have this content, understand relaying, and upload. */
  public List<PeerSession> relayable(ContentId content) {
    return asking.holders(routes.values(), new HoldingItem.OfContent(content)).stream()
        .map(Target::route)
        .filter(route -> route.sharing() && route.supportsTier2())
        .map(PeerRoute::session)
        .toList();
  }

  /** Whether a peer finds, relays and introduces across two links. */
  public boolean supportsTier2(PeerSession session) {
    PeerRoute route = routes.get(session);
    return route != null && route.supportsTier2();
  }

  /** A peer said "don't have" to what its filter promised: it is not named again for a while. */
  public void noteFalseHit(PeerSession session, ContentId content) {
    PeerRoute route = routes.get(session);
    if (route != null) {
      asking.noteFalseHit(route.holdings(), new HoldingItem.OfContent(content));
    }
  }

  /** A peer said "don't have" to what it told of its peers: it is not named again for a while. */
  public void noteFalseReach(PeerSession session, ContentId content) {
    HoldingItem item = new HoldingItem.OfContent(content);
    secondTier.targets(item).stream()
        .filter(target -> target.session().equals(session))
        .forEach(target -> asking.noteFalseHit(target.holdings(), item));
  }

  /**
   * Asks the likeliest holders for vouchers of a resource (its primary key): peers, or where no
   * peer has it, peers of theirs. Blocks, at most for the timeout; where nobody's filter says yes,
   * not at all. Once an answer has come that counts, the others get as long again as that took.
   *
   * @param counts whether a voucher is of use; called on sessions' threads
   * @param wish names one of the peers that are asked to send the content at once, if it is small
   * @return vouchers as they came, unchecked, those of the likeliest peer first
   */
  public List<Answer<ByteString>> findResource(
      ResourceKey resource, Duration timeout, int maxPeers, Predicate<ByteString> counts, Wish wish)
      throws InterruptedException {
    HoldingItem item = new HoldingItem.OfResource(resource);
    List<Target> holders = holders(item, maxPeers);
    if (holders.isEmpty()) {
      holders = asking.answering(secondTier.targets(item), maxPeers);
    }
    List<PeerSession> able = holders.stream().filter(Target::canSend).map(Target::session).toList();
    Optional<Wish.Sender> sender = wish.choose(able);
    return asking.ask(
        holders,
        item,
        timeout,
        (target, id) -> target.findResource(id, item, sender),
        Routing::vouchers,
        counts);
  }

  private static List<ByteString> vouchers(PeerMessage answer) {
    return switch (answer) {
      case ResourceFound found -> found.vouchers();
      case FoundAndSending found -> List.of(found.voucher());
      default -> List.of();
    };
  }

  /**
   * Asks the likeliest holders which content has a digest; blocks as {@link #findResource}.
   *
   * @return contents as they are claimed, unproven, those of the likeliest peer first
   */
  public List<Answer<ContentId>> findContent(Digest digest, Duration timeout, int maxPeers)
      throws InterruptedException {
    HoldingItem item = new HoldingItem.OfDigest(digest);
    return asking.ask(
        holders(item, maxPeers),
        item,
        timeout,
        (target, id) -> new FindContent(id, digest),
        answer -> answer instanceof ContentFound found ? found.contents() : List.of(),
        claimed -> true);
  }

  /** Whether any peer uploads at all. */
  public boolean anybodyShares() {
    return routes.values().stream().anyMatch(PeerRoute::sharing);
  }

  /** What was done so far. */
  public RoutingStatus status() {
    return new RoutingStatus(
        routes.size(),
        (int) routes.values().stream().filter(route -> route.holdings().isKnown()).count(),
        asking.asked(),
        asking.falseHits(),
        lateAnswers.sum(),
        answered.sum(),
        expelled.sum(),
        routes.values().stream().mapToInt(route -> route.neighbours().count()).sum(),
        routes.values().stream().map(PeerRoute::status).toList());
  }

  @Override
  public void onOpened(PeerSession session, PeerMessage.Hello hello) {
    PeerRoute route = new PeerRoute(session, hello.sharing(), ticker);
    routes.put(session, route);
    start(() -> {
      tellSupport(session);
      route.publish(own, budget, () -> sharing, batchNanos);
    });
    start(() -> secondTier.publish(route, NEARBY_BATCHES * batchNanos));
  }

  private static void tellSupport(PeerSession session) {
    try {
      session.send(new Supports(Supports.TIER2 | Supports.SENDING | Supports.STRANDS));
    } catch (IOException closed) {
      LOG.debug("{}: not greeted: {}", session.peer().shortName(), closed.toString());
    }
  }

  @Override
  public void onMessage(PeerSession session, PeerMessage message) {
    PeerRoute route = routes.get(session);
    if (route == null) {
      return;
    }
    route.noteHeard();
    switch (message) {
      case Holdings part -> onHoldings(route, part);
      case HoldingsDelta delta -> onHoldings(route, delta);
      case FindResource question -> onQuestion(route, question);
      case FindContent question -> onQuestion(route, question);
      case ResourceFound answer -> onAnswer(route, answer);
      case ContentFound answer -> onAnswer(route, answer);
      case FoundAndSending answer -> onAnswer(route, answer);
      case Supports supports -> {
        route.noteSupport(supports);
        secondTier.changed();
      }
      case PeerMessage.Nearby nearby -> onNearby(route, nearby);
      case PeerMessage.NearbyDelta nearby -> onNearby(route, nearby);
      case PeerMessage.NearbyGone nearby -> onNearby(route, nearby);
      case FindThrough question -> passOn(route, question);
      default -> {}
    }
  }

  @Override
  public void onClosed(PeerSession session, String reason) {
    PeerRoute route = routes.remove(session);
    if (route != null) {
      route.close();
      secondTier.changed();
    }
  }

  /** Ends all threads; questions that are open come back with what they have. */
  @Override
  public void close() {
    routes.values().forEach(PeerRoute::close);
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("routing threads still run after {}", CLOSE_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether all threads have ended. */
  boolean isTerminated() {
    return threads.isTerminated();
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
        case PeerMessage.Nearby nearby -> route.neighbours().take(nearby);
        case PeerMessage.NearbyDelta nearby -> route.neighbours().take(nearby);
        case PeerMessage.NearbyGone nearby -> route.neighbours().take(nearby);
        default -> throw new IllegalArgumentException(message + " (expected: what is nearby)");
      }
    } catch (PeerHoldings.Violation violation) {
      expel(route, String.valueOf(violation.getMessage()));
    }
  }

  /** On a thread of its own, since it waits for another peer. */
  private void passOn(PeerRoute route, FindThrough question) {
    if (allows(route)) {
      start(() -> secondTier.passOn(route, question));
    }
  }

  /** A peer asks for a resource, and to be sent its content at once if it is small. */
  public void onQuestion(PeerSession session, FindAndSend question, Sending sending) {
    PeerRoute route = routes.get(session);
    if (route == null) {
      return;
    }
    route.noteHeard();
    if (!allows(route)) {
      return;
    }
    Optional<Vouched> small = answering.toSend(question);
    Optional<Runnable> begun =
        small.flatMap(vouched -> sending.begin(session, question.transferId(), vouched.content()));
    if (begun.isEmpty()) {
      answer(route, answering.answer(question));
      return;
    }
    Vouched vouched = small.orElseThrow();
    answer(
        route,
        new FoundAndSending(
            question.questionId(), vouched.voucher(), question.transferId(), vouched.content()));
    begun.get().run();
  }

  private void onQuestion(PeerRoute route, PeerMessage question) {
    if (allows(route)) {
      answer(route, answering.answer(question));
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
    if (route.answered(answer)) {
      return;
    }
    lateAnswers.increment();
    if (!route.allowsQuestion(ticker.getAsLong())) {
      expel(route, "too many answers that nobody waits for");
    }
  }

  private void expel(PeerRoute route, String reason) {
    expelled.increment();
    route.session().close(reason);
  }

  private List<Target> holders(HoldingItem item, int maxPeers) {
    return asking.answering(asking.holders(routes.values(), item), maxPeers);
  }

  private List<PeerSession> sessions(HoldingItem item) {
    return asking.holders(routes.values(), item).stream().map(Target::session).toList();
  }

  /** Builds a new generation of our filter, on one thread at a time; a later call is not lost. */
  private void rebuild() {
    if (rebuildsWanted.getAndIncrement() == 0) {
      start(() -> {
        int done;
        do {
          done = rebuildsWanted.get();
          rebuildOnce();
        } while (!rebuildsWanted.compareAndSet(done, 0));
      });
    }
  }

  private void rebuildOnce() {
    try {
      own.rebuild(() -> sharing ? source.items() : List.of());
    } catch (RuntimeException sourceFailed) {
      LOG.warn("the holdings filter stays as it was", sourceFailed);
    }
  }

  private void start(Runnable task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException closed) {
      LOG.debug("routing is closed: {}", closed.toString());
    }
  }

  /** Puts what changes into the filter; outgrown, it is rebuilt elsewhere. */
  private final class SourceListener implements HoldingsSource.Listener {
    @Override
    public void onAdded(HoldingItem item) {
      if (sharing) {
        own.add(item);
        rebuildIfNeeded();
      }
    }

    @Override
    public void onRemoved(HoldingItem item) {
      own.remove(item);
      rebuildIfNeeded();
    }

    private void rebuildIfNeeded() {
      if (own.needsRebuild()) {
        rebuild();
      }
    }
  }
}
