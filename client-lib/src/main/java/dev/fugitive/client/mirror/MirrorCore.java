package dev.fugitive.client.mirror;

import dev.fugitive.client.mirror.MirrorSource.Kind;
import dev.fugitive.client.signalling.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a mirror fetches when. Events and the time go in, actions come out; no I/O. Not safe for use
 * by several threads, but for {@link #isWanted}.
 *
 * <ul>
 *   <li><b>Fresh.</b> A URL is due when what HTTP says of its freshness has run out, a minute at
 *       the least and a day at the most; an hour where nobody says. Up to a tenth is added by lot,
 *       so that what was added together does not stay together.
 *   <li><b>Failing.</b> After a failure 30 s, doubled up to six hours, drawn from the upper half.
 *       What is here stays here.
 *   <li><b>Listed.</b> A list or a manifest is one more URL. Whenever its text is here, what it
 *       names is wanted by it, and what it does not name any more is not. Where it names less than
 *       half of what it named before, it must say so twice: it may have been written only in part.
 *   <li><b>Bounded.</b> {@value #MAX_AT_ONCE} fetches at once, {@value #MAX_URLS} URLs in all; what
 *       is beyond is counted and left out.
 * </ul>
 */
final class MirrorCore {
  static final int MAX_AT_ONCE = 4;
  static final int MAX_URLS = 20_000;
  static final Duration SHORTEST = Duration.ofMinutes(1);
  static final Duration LONGEST = Duration.ofDays(1);
  static final Duration UNSTATED = Duration.ofHours(1);
  private static final double JITTER = 0.1;
  private static final Backoff RETRY = new Backoff(Duration.ofSeconds(30), Duration.ofHours(6));

  private static final Comparator<Item> BY_TIME =
      Comparator.comparing((Item item) -> item.due).thenComparing(item -> item.url);

  private final RandomGenerator random;

  /** Read by any thread. */
  private final Map<String, Item> items = new ConcurrentHashMap<>();

  private final TreeSet<Item> waiting = new TreeSet<>(BY_TIME);
  private final Set<MirrorSource> sources = new LinkedHashSet<>();

  /** By number; one whose URL is not wanted any more counts until it has ended. */
  private final Set<Long> underWay = new HashSet<>();

  private long lastNumber;
  private List<MirrorAction> actions = new ArrayList<>();

  MirrorCore(RandomGenerator random) {
    this.random = random;
  }

  /** One URL, wanted by somebody. */
  private static final class Item {
    private final String url;

    /** Sources that name it; a list names itself. */
    private final Set<MirrorSource> wantedBy = new HashSet<>();

    /** What it names, by the source that it is the text of. */
    private final Map<MirrorSource, List<String>> names = new LinkedHashMap<>();

    private Instant due;

    /** Of the fetch that is under way. */
    private @Nullable Long number;

    /** Whether its last text named suspiciously little. */
    private boolean doubted;

    private boolean here;
    private int failures;
    private int leftOut;
    private long lengthBytes;
    private @Nullable Instant checked;
    private String trouble = "";

    Item(String url, Instant due) {
      this.url = url;
      this.due = due;
    }
  }

  List<MirrorAction> on(MirrorEvent event, Instant now) {
    switch (event) {
      case MirrorEvent.Added(MirrorSource source) -> added(source, now);
      case MirrorEvent.Removed(MirrorSource source) -> removed(source);
      case MirrorEvent.Fetched fetched -> fetched(fetched, now);
      case MirrorEvent.Failed failed -> failed(failed, now);
      case MirrorEvent.Named(MirrorSource source, List<String> urls) ->
          Optional.ofNullable(items.get(source.url()))
              .ifPresent(list -> list.leftOut = name(list, source, urls, now));
      case MirrorEvent.Tick() -> {}
    }
    begin(now);
    List<MirrorAction> decided = actions;
    actions = new ArrayList<>();
    return decided;
  }

  /** When {@link MirrorEvent.Tick} is due; empty where nothing waits for it. */
  Optional<Instant> nextDue() {
    return waiting.isEmpty() || underWay.size() >= MAX_AT_ONCE
        ? Optional.empty()
        : Optional.of(waiting.first().due);
  }

  private void begin(Instant now) {
    while (underWay.size() < MAX_AT_ONCE
        && !waiting.isEmpty()
        && !waiting.first().due.isAfter(now)) {
      Item item = waiting.pollFirst();
      long number = ++lastNumber;
      item.number = number;
      underWay.add(number);
      Optional<Kind> listing =
          item.wantedBy.stream()
              .filter(source -> source.kind() != Kind.CONTENT && source.url().equals(item.url))
              .map(MirrorSource::kind)
              .findFirst();
      actions.add(new MirrorAction.Fetch(number, item.url, listing));
    }
  }

  private void added(MirrorSource source, Instant now) {
    if (sources.add(source)) {
      want(source.url(), source, now);
    }
  }

  private boolean want(String url, MirrorSource by, Instant now) {
    Item item = items.get(url);
    if (item == null) {
      if (items.size() >= MAX_URLS) {
        return false;
      }
      item = new Item(url, now);
      items.put(url, item);
      waiting.add(item);
    } else if (by.url().equals(url) && by.kind() != Kind.CONTENT && item.number == null) {
      // it may be here as a content; its text is wanted now
      schedule(item, now);
    }
    item.wantedBy.add(by);
    return true;
  }

  private void removed(MirrorSource source) {
    if (sources.remove(source)) {
      if (source.kind() != Kind.CONTENT) {
        actions.add(new MirrorAction.Forget(source));
      }
      for (Item item : List.copyOf(items.values())) {
        unwant(item, source);
      }
    }
  }

  private void unwant(Item item, MirrorSource by) {
    item.names.remove(by);
    if (item.wantedBy.remove(by) && item.wantedBy.isEmpty()) {
      waiting.remove(item);
      items.remove(item.url);
      if (item.number != null) {
        actions.add(new MirrorAction.Cancel(item.number));
      }
      actions.add(new MirrorAction.Release(item.url));
    }
  }

  private void fetched(MirrorEvent.Fetched fetched, Instant now) {
    Item item = ended(fetched.number(), fetched.url());
    if (item == null) {
      return;
    }
    item.here = true;
    item.failures = 0;
    item.trouble = "";
    item.lengthBytes = fetched.lengthBytes();
    item.checked = now;
    actions.add(new MirrorAction.Pin(item.url));
    schedule(item, now.plus(interval(fetched.fresh())));
    fetched.listed().ifPresent(urls -> listed(item, urls, now));
  }

  private Duration interval(Duration fresh) {
    Duration stated = fresh.isPositive() ? fresh : UNSTATED;
    Duration bounded = stated.compareTo(SHORTEST) < 0 ? SHORTEST : stated;
    bounded = bounded.compareTo(LONGEST) > 0 ? LONGEST : bounded;
    return bounded.plusMillis((long) (bounded.toMillis() * JITTER * random.nextDouble()));
  }

  private void listed(Item list, List<String> urls, Instant now) {
    Set<String> named = new LinkedHashSet<>(urls);
    for (MirrorSource source : List.copyOf(list.wantedBy)) {
      if (source.kind() == Kind.CONTENT || !source.url().equals(list.url)) {
        continue;
      }
      List<String> before = list.names.getOrDefault(source, List.of());
      list.doubted = !list.doubted && 2 * named.size() < before.size();
      if (list.doubted) {
        list.trouble =
            named.size() + " URLs (expected: about " + before.size() + "); all are kept for now";
        named.addAll(before);
      }
      list.leftOut = name(list, source, List.copyOf(named), now);
      for (String url : before) {
        Item gone = items.get(url);
        if (!named.contains(url) && gone != null && !url.equals(list.url)) {
          unwant(gone, source);
        }
      }
      if (!before.equals(list.names.get(source))) {
        actions.add(new MirrorAction.Remember(source, List.copyOf(named)));
      }
    }
  }

  /** Wants what a source names; the result is how many of it are too many. */
  private int name(Item list, MirrorSource source, List<String> urls, Instant now) {
    int leftOut = 0;
    for (String url : urls) {
      leftOut += want(url, source, now) ? 0 : 1;
    }
    list.names.put(source, urls);
    return leftOut;
  }

  private void failed(MirrorEvent.Failed failed, Instant now) {
    Item item = ended(failed.number(), failed.url());
    if (item != null) {
      item.failures++;
      item.trouble = failed.why();
      long delay = RETRY.delayNanos(item.failures, random.nextDouble());
      schedule(item, now.plusNanos(delay));
    }
  }

  /** The item whose fetch has ended; null where nobody wants it any more. */
  private @Nullable Item ended(long number, String url) {
    underWay.remove(number);
    Item item = items.get(url);
    if (item == null || !Objects.equals(item.number, number)) {
      return null;
    }
    item.number = null;
    return item;
  }

  private void schedule(Item item, Instant due) {
    waiting.remove(item);
    item.due = due;
    waiting.add(item);
  }

  /** Whether a URL is to be kept; any thread. */
  boolean isWanted(String url) {
    return items.containsKey(url);
  }

  /** What is to be kept. */
  Set<String> wanted() {
    return Set.copyOf(items.keySet());
  }

  /** How far it is with one source. */
  MirrorStatus.Source status(MirrorSource source) {
    int wanted = 0;
    int here = 0;
    int failing = 0;
    long bytes = 0;
    int leftOut = 0;
    String trouble = "";
    Instant checked = Instant.EPOCH;
    for (Item item : items(source)) {
      if (item.wantedBy.contains(source)) {
        wanted++;
        here += item.here ? 1 : 0;
        bytes += item.lengthBytes;
        leftOut += item.url.equals(source.url()) ? item.leftOut : 0;
        failing += item.trouble.isEmpty() ? 0 : 1;
        trouble = item.trouble.isEmpty() ? trouble : item.url + ": " + item.trouble;
        checked = item.checked != null && item.checked.isAfter(checked) ? item.checked : checked;
      }
    }
    return new MirrorStatus.Source(source, wanted, here, failing, leftOut, bytes, checked, trouble);
  }

  private Set<Item> items(MirrorSource source) {
    Set<Item> found = new LinkedHashSet<>();
    Item own = items.get(source.url());
    if (own != null) {
      found.add(own);
      own.names.getOrDefault(source, List.of()).stream()
          .map(items::get)
          .filter(Objects::nonNull)
          .forEach(found::add);
    }
    return found;
  }

  /** How far it is with each. */
  List<MirrorStatus.Source> status() {
    return sources.stream().map(this::status).toList();
  }

  /** What must hold between any two events. */
  void checkInvariants() {
    long busy = items.values().stream().filter(item -> item.number != null).count();
    check(busy <= underWay.size(), "what is under way is miscounted");
    check(underWay.size() <= MAX_AT_ONCE, "too much is under way");
    check(items.size() == busy + waiting.size(), "an item neither waits nor is under way");
    check(items.size() <= MAX_URLS, "too many URLs");
    check(items.values().stream().noneMatch(item -> item.wantedBy.isEmpty()), "unwanted item");
  }

  private static void check(boolean holds, String violation) {
    if (!holds) {
      throw new IllegalStateException(violation);
    }
  }
}
