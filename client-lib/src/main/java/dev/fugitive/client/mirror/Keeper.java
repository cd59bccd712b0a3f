package dev.fugitive.client.mirror;

import dev.fugitive.client.mirror.MirrorOrder.Verb;
import dev.fugitive.client.mirror.MirrorReport.State;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps contents fresh as the book of orders says: carries out what the schedule decides, and tells
 * it what came of that. The loop's, but for {@link #keeps}.
 */
final class Keeper implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

  private final OrderBook book;
  private final ListFiles lists;
  private final MirrorCore core;
  private final MirrorFetcher fetcher;
  private final Pins pins;
  private final InstantSource clock;
  private final Consumer<Runnable> ended;

  /** Those that are under way, by their numbers; the loop's, and the closer's after it. */
  private final Map<Long, Thread> fetches = new HashMap<>();

  /**
   * @param ended has the end of each fetch noted on the loop
   */
  Keeper(OrderBook book, ListFiles lists, Mirror.Ground ground, Consumer<Runnable> ended) {
    this.book = book;
    this.lists = lists;
    this.core = new MirrorCore(ground.random());
    this.fetcher = ground.fetcher();
    this.pins = ground.pins();
    this.clock = ground.clock();
    this.ended = ended;
  }

  /** What was kept is kept and served from the start, also where nothing of it can be had now. */
  void resume() {
    Set<MirrorSource> sources = book.sources();
    lists.keepOnly(sources);
    sources.forEach(source -> decide(new MirrorEvent.Added(source)));
    sources.forEach(source -> decide(new MirrorEvent.Named(source, lists.read(source))));
    pins.begin(core.wanted());
  }

  /** When {@link #tick} is due; empty where nothing waits for it. */
  Optional<Instant> nextDue() {
    return core.nextDue();
  }

  /** Time has passed. */
  void tick() {
    decide(new MirrorEvent.Tick());
  }

  /**
   * Takes an order, and obeys it where it has not been obeyed before.
   *
   * @throws IOException where it cannot be written; it has no effect then
   */
  OrderBook.Verdict take(MirrorOrder order, Instant now) throws IOException {
    OrderBook.Verdict verdict = book.take(order, now);
    if (verdict instanceof OrderBook.Verdict.Obeyed) {
      order
          .source()
          .ifPresent(source ->
              decide(
                  order.verb() == Verb.ADD
                      ? new MirrorEvent.Added(source)
                      : new MirrorEvent.Removed(source)));
    }
    return verdict;
  }

  /** An order that was taken and may come again, or is in effect. */
  Optional<MirrorOrder> find(ByteString orderId) {
    return book.find(orderId);
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

  /** On a thread of its own. */
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
    ended.accept(() -> {
      fetches.remove(number);
      decide(event);
    });
  }

  /** Whether a URL is kept here; any thread. */
  boolean keeps(String url) {
    return core.isWanted(url);
  }

  /** How far it is with all that is kept. */
  List<MirrorStatus.Source> status() {
    return core.status();
  }

  /** How far it is with an order that was taken. */
  MirrorReport report(MirrorOrder order) {
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

  /** Ends what is under way; once the loop has ended. */
  void interruptFetches() {
    fetches.values().forEach(Thread::interrupt);
  }

  /** What is kept stays in the log. */
  @Override
  public void close() throws IOException {
    book.close();
  }
}
