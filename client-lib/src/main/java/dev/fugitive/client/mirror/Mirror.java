package dev.fugitive.client.mirror;

import dev.fugitive.client.mirror.MirrorOrder.Verb;
import dev.fugitive.client.mirror.MirrorReport.State;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.SignalAllowance;
import dev.fugitive.client.wire.PeerMessage;
import java.io.Closeable;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps contents fresh at the command of this node's user and of keys that may command, and has
 * other mirrors commanded.
 *
 * <p>One virtual thread, the loop, owns the book of orders, the outbox and the schedule; everybody
 * else leaves it a step. An order is in a log before anything else happens: on this side before it
 * is sent, on the mirror's before it is obeyed or answered. It is sent again until the mirror says
 * that it is done or refused, whenever the two are connected.
 */
public final class Mirror implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);

  private static final Duration RESEND = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MAX_STEPS_OF_PEERS = 1024;
  private static final int MAX_PEERS = 256;
  private static final int BURST = 1100;
  private static final int MESSAGES_PER_SECOND = 16;

  private final Identity identity;
  private final boolean isCommanded;
  private final OrderBook book;
  private final Outbox outbox;
  private final MirrorCore core;
  private final MirrorFetcher fetcher;
  private final Pins pins;
  private final OrderPost post;
  private final Consumer<Set<PeerId>> seek;
  private final InstantSource clock;
  private final ListFiles lists;
  private final LinkedBlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();

  /** Whom the node was last told to look for; the loop's, once that runs. */
  private Set<PeerId> sought = Set.of();

  /** Those that are under way, by their numbers. */
  private final Map<Long, Thread> fetches = new HashMap<>();

  /** What was last reported of each order by others that is not done yet. */
  private final Map<ByteString, MirrorReport> reported = new HashMap<>();

  private final Map<PeerId, SignalAllowance> allowances =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, SignalAllowance> eldest) {
          return size() > MAX_PEERS;
        }
      };

  private volatile boolean closed;
  private @Nullable Thread loop;

  private Mirror(Ground ground, OrderBook book, Outbox outbox, ListFiles lists) {
    this.identity = ground.identity();
    this.isCommanded = !ground.commanders().isEmpty();
    this.book = book;
    this.outbox = outbox;
    this.core = new MirrorCore(ground.random());
    this.fetcher = ground.fetcher();
    this.pins = ground.pins();
    this.post = ground.post();
    this.seek = ground.seek();
    this.clock = ground.clock();
    this.lists = lists;
  }

  /**
   * What a mirror stands on.
   *
   * @param commanders keys that may command, besides the node's own
   * @param seek is told of all whom this node has something to say to, or is looked for by,
   *     whenever they are others
   */
  public record Ground(
      Identity identity,
      Set<PeerId> commanders,
      MirrorFetcher fetcher,
      Pins pins,
      OrderPost post,
      Consumer<Set<PeerId>> seek,
      InstantSource clock,
      RandomGenerator random) {
    public Ground {
      commanders = Set.copyOf(commanders);
    }
  }

  /**
   * Starts with what its logs say.
   *
   * @param directory of the logs
   * @throws IOException where the logs cannot be used
   */
  public static Mirror start(Path directory, Ground ground) throws IOException {
    PeerId own = ground.identity().peerId();
    OrderBook book = OrderBook.open(directory.resolve("mirror.log"), own, ground.commanders());
    try {
      Outbox outbox = Outbox.open(directory.resolve("mirror-outbox.log"));
      Mirror mirror = new Mirror(ground, book, outbox, new ListFiles(directory.resolve("lists")));
      mirror.begin();
      return mirror;
    } catch (IOException | RuntimeException e) {
      book.close();
      throw e;
    }
  }

  private void begin() {
    seekWhoIsNeeded();
    resume(book.sources());
    loop = Thread.ofVirtual().name("mirror").start(this::run);
    post.attach(new FromPeers());
  }

  /** A mirror that has done all that it was told is not looked for any more. */
  private void seekWhoIsNeeded() {
    Set<PeerId> needed = new HashSet<>(outbox.mirrors(clock.instant()));
    if (isCommanded) {
      needed.add(identity.peerId());
    }
    if (!needed.equals(sought)) {
      sought = Set.copyOf(needed);
      seek.accept(sought);
    }
  }

  /** What was kept is kept and served from the start, also where nothing of it can be had now. */
  private void resume(Set<MirrorSource> sources) {
    lists.keepOnly(sources);
    sources.forEach(source -> decide(new MirrorEvent.Added(source)));
    sources.forEach(source -> decide(new MirrorEvent.Named(source, lists.read(source))));
    pins.begin(core.wanted());
  }

  private void run() {
    Instant resend = clock.instant().plus(RESEND);
    try {
      while (!closed) {
        Instant due = core.nextDue().orElse(resend);
        Instant next = due.isBefore(resend) ? due : resend;
        long waitMillis = Math.max(0, Duration.between(clock.instant(), next).toMillis());
        Runnable step = steps.poll(waitMillis, TimeUnit.MILLISECONDS);
        if (step != null) {
          survive(step);
        }
        survive(() -> decide(new MirrorEvent.Tick()));
        if (!clock.instant().isBefore(resend)) {
          survive(() -> post.connected().forEach(this::deliver));
          survive(this::seekWhoIsNeeded);
          resend = clock.instant().plus(RESEND);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One step that is broken does not end all others. */
  private static void survive(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      LOG.error("a step of the mirror is broken", e);
    }
  }

  /** Keeps something here, or on another mirror. Returns the order's id when it is in a log. */
  public ByteString add(MirrorSource source, Optional<PeerId> mirror) throws IOException {
    return order(Verb.ADD, Optional.of(source), mirror);
  }

  /** Does not keep it any more. */
  public ByteString remove(MirrorSource source, Optional<PeerId> mirror) throws IOException {
    return order(Verb.REMOVE, Optional.of(source), mirror);
  }

  /** Asks another mirror how it is; the answer comes as the order's report. */
  public ByteString ask(PeerId mirror) throws IOException {
    return order(Verb.STATUS, Optional.empty(), Optional.of(mirror));
  }

  private ByteString order(Verb verb, Optional<MirrorSource> source, Optional<PeerId> mirror)
      throws IOException {
    return onLoop(() -> {
      Instant now = clock.instant();
      PeerId to = mirror.orElse(identity.peerId());
      MirrorOrder order = MirrorOrder.sign(identity, to, verb, source, outbox.timeAfterAll(now));
      if (to.equals(identity.peerId())) {
        obey(order, now);
      } else {
        outbox.put(order, now);
        seekWhoIsNeeded();
        deliver(to);
      }
      return order.id();
    });
  }

  /** What it keeps, and what it told others. */
  public MirrorStatus status() throws IOException {
    return onLoop(() ->
        new MirrorStatus(core.status(), outbox.entries().stream().map(Mirror::sent).toList()));
  }

  private static MirrorStatus.Sent sent(Outbox.Entry entry) {
    MirrorOrder order = entry.order();
    return new MirrorStatus.Sent(
        order.id(),
        order.to(),
        order.verb(),
        order.source(),
        entry.report().map(MirrorReport::state),
        entry.report().map(MirrorReport::detail).orElse("not received yet"));
  }

  /** Whether a URL is kept here; any thread. */
  public boolean keeps(String url) {
    return core.isWanted(url);
  }

  private <T> T onLoop(Callable<T> question) throws IOException {
    FutureTask<T> answer = new FutureTask<>(question);
    steps.add(answer);
    try {
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (TimeoutException e) {
      // what has not begun is not done later, when nobody expects it
      answer.cancel(false);
      throw new IOException("the mirror does not answer within " + PATIENCE, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void obey(MirrorOrder order, Instant now) throws IOException {
    switch (book.take(order, now)) {
      case OrderBook.Verdict.Refused(String why) -> throw new IOException(why);
      case OrderBook.Verdict.Known known -> LOG.debug("known: {}", order.id().hex());
      case OrderBook.Verdict.Obeyed obeyed -> carryOut(order);
    }
  }

  private void carryOut(MirrorOrder order) {
    order
        .source()
        .ifPresent(source ->
            decide(
                order.verb() == Verb.ADD
                    ? new MirrorEvent.Added(source)
                    : new MirrorEvent.Removed(source)));
  }

  private void decide(MirrorEvent event) {
    core.on(event, clock.instant()).forEach(this::act);
  }

  private void act(MirrorAction action) {
    switch (action) {
      case MirrorAction.Fetch fetch -> {
        Thread thread =
            Thread.ofVirtual().name("mirror-fetch-" + fetch.number()).unstarted(() -> fetch(fetch));
        fetches.put(fetch.number(), thread);
        thread.start();
      }
      case MirrorAction.Cancel(long number) ->
          Optional.ofNullable(fetches.get(number)).ifPresent(Thread::interrupt);
      case MirrorAction.Pin(String url) -> pin(url);
      case MirrorAction.Release(String url) -> pins.release(url);
      case MirrorAction.Remember(MirrorSource source, List<String> urls) ->
          lists.write(source, urls);
      case MirrorAction.Forget(MirrorSource source) -> lists.forget(source);
    }
  }

  private void pin(String url) {
    try {
      pins.pin(url);
    } catch (IOException e) {
      LOG.warn("{} is kept only as any content is: {}", url, e.getMessage());
    }
  }

  private void fetch(MirrorAction.Fetch fetch) {
    try {
      MirrorFetcher.Result result = fetcher.fetch(fetch.url(), fetch.listing());
      ended(
          fetch.number(),
          new MirrorEvent.Fetched(
              fetch.number(), fetch.url(), result.lengthBytes(), result.fresh(), result.listed()));
    } catch (IOException | RuntimeException e) {
      LOG.debug("{} was not fetched: {}", fetch.url(), e.toString());
      ended(
          fetch.number(),
          new MirrorEvent.Failed(fetch.number(), fetch.url(), String.valueOf(e.getMessage())));
    }
  }

  private void ended(long number, MirrorEvent event) {
    steps.add(() -> {
      fetches.remove(number);
      decide(event);
      reportChanges();
    });
  }

  /** Who gave an order is told when it is done, or how far it is. */
  private void reportChanges() {
    Set<PeerId> connected = Set.copyOf(post.connected());
    for (MirrorReport before : List.copyOf(reported.values())) {
      Optional<MirrorOrder> order = book.find(before.orderId());
      if (order.isPresent() && connected.contains(order.get().from())) {
        MirrorReport now = report(order.get());
        if (!now.equals(before)) {
          tell(order.get().from(), now);
        }
      }
    }
  }

  private MirrorReport report(MirrorOrder order) {
    if (order.verb() == Verb.STATUS) {
      return MirrorReport.of(order.id(), State.DONE, words());
    }
    MirrorSource source = order.source().orElseThrow();
    if (order.verb() == Verb.REMOVE || !book.sources().contains(source)) {
      return MirrorReport.of(order.id(), State.DONE, "not kept");
    }
    MirrorStatus.Source status = core.status(source);
    return MirrorReport.of(
        order.id(), status.isComplete() ? State.DONE : State.WORKING, status.words());
  }

  private String words() {
    StringBuilder words = new StringBuilder();
    for (MirrorStatus.Source each : core.status()) {
      words.append(each.source().url()).append(": ").append(each.words()).append('\n');
    }
    return words.isEmpty() ? "nothing is kept" : words.toString().stripTrailing();
  }

  private void tell(PeerId peer, MirrorReport report) {
    if (report.state().isFinal()) {
      reported.remove(report.orderId());
    } else {
      reported.put(report.orderId(), report);
    }
    post.send(peer, new PeerMessage.Report(MirrorCodec.encode(report)));
  }

  /** Sends a mirror what it has not finished. */
  private void deliver(PeerId mirror) {
    for (MirrorOrder order : outbox.waitingFor(mirror, clock.instant())) {
      post.send(mirror, new PeerMessage.Order(MirrorCodec.encode(order)));
    }
  }

  private void heardOrder(PeerId from, ByteString bytes) {
    try {
      MirrorOrder order = MirrorCodec.decodeOrder(bytes);
      if (!order.from().equals(from)) {
        LOG.debug("{} brings an order of somebody else", from.shortName());
        return;
      }
      answer(from, order);
    } catch (ProtocolException e) {
      LOG.debug("{} sent what is no order: {}", from.shortName(), e.getMessage());
    } catch (IOException e) {
      // not answered: it comes again
      LOG.warn("an order could not be written: {}", e.getMessage());
    }
  }

  private void answer(PeerId from, MirrorOrder order) throws IOException {
    switch (book.take(order, clock.instant())) {
      case OrderBook.Verdict.Refused(String why) -> {
        LOG.info("an order by {} is refused: {}", from.shortName(), why);
        tell(from, MirrorReport.of(order.id(), State.REFUSED, why));
      }
      case OrderBook.Verdict.Known known -> tell(from, report(order));
      case OrderBook.Verdict.Obeyed obeyed -> {
        carryOut(order);
        tell(from, report(order));
      }
    }
  }

  private void heardReport(PeerId from, ByteString bytes) {
    try {
      MirrorReport report = MirrorCodec.decodeReport(bytes);
      if (outbox.reported(from, report)) {
        LOG.debug("mirror {}: {} {}", from.shortName(), report.state(), report.detail());
        seekWhoIsNeeded();
      }
    } catch (IOException e) {
      LOG.debug("a report of {} is passed over: {}", from.shortName(), e.getMessage());
    }
  }

  /** Ends; orders and what is kept stay in the logs. */
  @Override
  public void close() throws IOException {
    post.detach();
    closed = true;
    steps.add(() -> {});
    try (outbox) {
      Thread running = loop;
      if (running != null) {
        running.join(PATIENCE);
      }
      fetches.values().forEach(Thread::interrupt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      book.close();
      seek.accept(Set.of());
    }
  }

  /** Leaves the loop what peers say. */
  private final class FromPeers implements OrderPost.Receiver {
    @Override
    public void opened(PeerId peer) {
      steps.add(() -> deliver(peer));
    }

    @Override
    public void heard(PeerId from, PeerMessage message) {
      if (steps.size() < MAX_STEPS_OF_PEERS) {
        steps.add(() -> handle(from, message));
      }
    }

    private void handle(PeerId from, PeerMessage message) {
      boolean admitted =
          allowances
              .computeIfAbsent(from, peer -> new SignalAllowance(BURST, MESSAGES_PER_SECOND))
              .admits(System.nanoTime());
      if (!admitted) {
        return;
      }
      switch (message) {
        case PeerMessage.Order(ByteString order) -> heardOrder(from, order);
        case PeerMessage.Report(ByteString report) -> heardReport(from, report);
        default -> LOG.debug("not for a mirror: {}", message);
      }
    }
  }
}
