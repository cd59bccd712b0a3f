package dev.fugitive.client.mirror;

import dev.fugitive.client.mirror.MirrorOrder.Verb;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
 * <p>One virtual thread, the loop, owns what is kept and what is said to other mirrors; everybody
 * else leaves it a step. An order is in a log before anything else happens: on this side before it
 * is sent, on the mirror's before it is obeyed or answered. It is sent again until the mirror says
 * that it is done or refused, whenever the two are connected.
 */
public final class Mirror implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);

  private static final Duration RESEND = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MAX_STEPS_OF_PEERS = 1024;

  private final Identity identity;
  private final Keeper keeper;
  private final Correspondence correspondence;
  private final OrderPost post;
  private final InstantSource clock;
  private final LinkedBlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();

  private volatile boolean closed;
  private @Nullable Thread loop;

  private Mirror(Ground ground, OrderBook book, Outbox outbox, ListFiles lists) {
    this.identity = ground.identity();
    this.keeper = new Keeper(book, lists, ground, this::fetchEnded);
    this.correspondence = new Correspondence(outbox, keeper, ground);
    this.post = ground.post();
    this.clock = ground.clock();
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
      try {
        Mirror mirror = new Mirror(ground, book, outbox, new ListFiles(directory.resolve("lists")));
        mirror.begin();
        return mirror;
      } catch (RuntimeException e) {
        outbox.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      book.close();
      throw e;
    }
  }

  private void begin() {
    correspondence.seekWhoIsNeeded();
    keeper.resume();
    loop = Thread.ofVirtual().name("mirror").start(this::run);
    post.attach(new FromPeers());
  }

  private void run() {
    Instant resend = clock.instant().plus(RESEND);
    try {
      while (!closed) {
        Instant due = keeper.nextDue().orElse(resend);
        Instant next = due.isBefore(resend) ? due : resend;
        long waitMillis = Math.max(0, Duration.between(clock.instant(), next).toMillis());
        Runnable step = steps.poll(waitMillis, TimeUnit.MILLISECONDS);
        if (step != null) {
          survive(step);
        }
        survive(keeper::tick);
        if (!clock.instant().isBefore(resend)) {
          survive(correspondence::deliverToAll);
          survive(correspondence::seekWhoIsNeeded);
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

  private void fetchEnded(Runnable end) {
    steps.add(() -> {
      end.run();
      correspondence.reportChanges();
    });
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
      MirrorOrder order =
          MirrorOrder.sign(identity, to, verb, source, correspondence.timeAfterAll(now));
      if (to.equals(identity.peerId())) {
        obey(order, now);
      } else {
        correspondence.give(order, now);
      }
      return order.id();
    });
  }

  /** What it keeps, and what it told others. */
  public MirrorStatus status() throws IOException {
    return onLoop(() -> new MirrorStatus(keeper.status(), correspondence.sent()));
  }

  /** Whether a URL is kept here; any thread. */
  public boolean keeps(String url) {
    return keeper.keeps(url);
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
    switch (keeper.take(order, now)) {
      case OrderBook.Verdict.Refused(String why) -> throw new IOException(why);
      case OrderBook.Verdict.Known known -> LOG.debug("known: {}", order.id().hex());
      case OrderBook.Verdict.Obeyed obeyed -> LOG.debug("obeyed: {}", order.id().hex());
    }
  }

  /** Ends; orders and what is kept stay in the logs. */
  @Override
  public void close() throws IOException {
    post.detach();
    closed = true;
    steps.add(() -> {});
    try (correspondence) {
      Thread running = loop;
      if (running != null) {
        running.join(PATIENCE);
      }
      keeper.interruptFetches();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      keeper.close();
    }
  }

  /** Leaves the loop what peers say. */
  private final class FromPeers implements OrderPost.Receiver {
    @Override
    public void opened(PeerId peer) {
      steps.add(() -> correspondence.deliver(peer));
    }

    @Override
    public void heard(PeerId from, PeerMessage message) {
      if (steps.size() < MAX_STEPS_OF_PEERS) {
        steps.add(() -> correspondence.heard(from, message));
      }
    }
  }
}
