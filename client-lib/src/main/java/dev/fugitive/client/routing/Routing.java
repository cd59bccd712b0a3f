package dev.fugitive.client.routing;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.client.limits.UploadGate;
import dev.fugitive.client.mesh.PeerHandler;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.ContentFound;
import dev.fugitive.client.wire.PeerMessage.FindAndSend;
import dev.fugitive.client.wire.PeerMessage.FindContent;
import dev.fugitive.client.wire.PeerMessage.FoundAndSending;
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

  private final LongSupplier ticker;
  private final long batchNanos;
  private final OwnHoldings own;
  private final Map<PeerSession, PeerRoute> routes = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("routing-", 0).factory());
  private final FilterBudget budget;
  private final SecondTier secondTier;
  private final Asking asking;
  private final Listening listening;
  private final FilterUpkeep upkeep;
  private volatile boolean sharing;

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
    this.ticker = ticker;
    this.batchNanos = batch.toNanos();
    this.own = new OwnHoldings(salt);
    this.asking = new Asking(threads, ticker);
    this.sharing = sharing;
    this.budget = new FilterBudget(gate, ticker);
    this.secondTier =
        new SecondTier(routes.values(), salt, answers, () -> this.sharing, budget, ticker);
    Answering answering = new Answering(own, answers, () -> this.sharing);
    this.listening = new Listening(answering, secondTier, this::start, ticker);
    this.upkeep = new FilterUpkeep(source, own, () -> this.sharing, this::start);
    source.listen(upkeep);
    upkeep.rebuild();
  }

  /** Turns answering and telling on or off; peers are told soon. */
  public void setSharing(boolean on) {
    sharing = on;
    upkeep.rebuild();
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
   * peer has it, peers of theirs. Blocks, at most for the patience; where nobody's filter says yes,
   * not at all. Once an answer has come that counts, the others get as long again as that took.
   *
   * @param counts whether a voucher is of use; called on sessions' threads
   * @param wish names one of the peers that are asked to send the content at once, if it is small
   * @return vouchers as they came, unchecked, those of the likeliest peer first
   */
  public List<Answer<ByteString>> findResource(
      ResourceKey resource,
      AnswerPatience patience,
      int maxPeers,
      Predicate<ByteString> counts,
      Wish wish)
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
        patience,
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
        AnswerPatience.of(timeout),
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
        listening.lateAnswers(),
        listening.answered(),
        listening.expelled(),
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
      session.send(
          new Supports(Supports.TIER2 | Supports.SENDING | Supports.STRANDS | Supports.WAITING));
    } catch (IOException closed) {
      LOG.debug("{}: not greeted: {}", session.peer().shortName(), closed.toString());
    }
  }

  @Override
  public void onMessage(PeerSession session, PeerMessage message) {
    PeerRoute route = routes.get(session);
    if (route != null) {
      listening.take(route, message);
    }
  }

  /** A peer asks for a resource, and to be sent its content at once if it is small. */
  public void onQuestion(PeerSession session, FindAndSend question, Sending sending) {
    PeerRoute route = routes.get(session);
    if (route != null) {
      listening.take(route, question, sending);
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

  private List<Target> holders(HoldingItem item, int maxPeers) {
    return asking.answering(asking.holders(routes.values(), item), maxPeers);
  }

  private List<PeerSession> sessions(HoldingItem item) {
    return asking.holders(routes.values(), item).stream().map(Target::session).toList();
  }

  private void start(Runnable task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException closed) {
      LOG.debug("routing is closed: {}", closed.toString());
    }
  }
}
