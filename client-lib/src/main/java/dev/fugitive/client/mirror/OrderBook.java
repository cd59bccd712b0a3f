package dev.fugitive.client.mirror;

import dev.fugitive.client.mirror.MirrorOrder.Verb;
import dev.fugitive.client.peer.PeerId;
import java.io.Closeable;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The orders that a mirror obeys. What it keeps is nothing but these orders put together, so an
 * order has its effect when it is in the log, once, and has it again after each start.
 *
 * <p>An order counts if it is genuine, for this mirror, by somebody who may command, and not older
 * than {@link #MAX_AGE}. Its id is remembered for longer than that: whoever brings it a second time
 * changes nothing.
 *
 * <p>Something is kept while somebody who may command has added it and nobody has removed it since.
 * So at a start without a commander, what that key alone had added is kept no more; what it had
 * removed stays removed.
 *
 * <p>Not safe for use by several threads.
 */
final class OrderBook implements Closeable {
  /** An order that was under way for longer is not obeyed any more. */
  static final Duration MAX_AGE = Duration.ofDays(30);

  /** Clocks differ. */
  static final Duration MAX_AHEAD = Duration.ofHours(1);

  static final int MAX_SOURCES = 1000;

  /** Orders by others that are remembered; beyond it nobody may give more for a while. */
  static final int MAX_ORDERS = 20_000;

  private static final Logger LOG = LoggerFactory.getLogger(OrderBook.class);

  /** The log is written anew when it is this long, and then whenever it has doubled. */
  private static final long COMPACT_BYTES = 1024 * 1024;

  /** A log that is full of orders is written anew for no fewer that can go. */
  private static final int WORTH_FORGETTING = MAX_ORDERS / 16;

  /** By the clock of who gave them. */
  private static final Comparator<MirrorOrder> GIVEN =
      Comparator.comparingLong(MirrorOrder::timeMillis).thenComparing(MirrorOrder::id);

  private final DurableLog log;
  private final PeerId self;
  private final Set<PeerId> commanders;

  /** By id, in the order in which they came: those that may come again, or are in effect. */
  private final Map<ByteString, MirrorOrder> orders = new LinkedHashMap<>();

  /** Who had it added, by what is kept, and with which order last. */
  private final Map<MirrorSource, Map<PeerId, ByteString>> sources = new LinkedHashMap<>();

  /** The last order of each commander about each source, by the commander's clock. */
  private final Map<Subject, MirrorOrder> latest = new HashMap<>();

  private long compactAtBytes = COMPACT_BYTES;

  private OrderBook(DurableLog log, PeerId self, Set<PeerId> commanders) {
    this.log = log;
    this.self = self;
    this.commanders = commanders;
  }

  /** What a key has said about a source. */
  private record Subject(PeerId from, MirrorSource source) {}

  /** What became of an order. */
  sealed interface Verdict {
    /** It is in the log from now on; do it. */
    record Obeyed() implements Verdict {}

    /** It came before, and has had its effect. */
    record Known() implements Verdict {}

    /** It has no effect. */
    record Refused(String why) implements Verdict {}
  }

  /**
   * Opens the book.
   *
   * @param commanders who may command besides the node's own user
   */
  static OrderBook open(Path file, PeerId self, Set<PeerId> commanders) throws IOException {
    DurableLog.Opened opened = DurableLog.open(file);
    OrderBook book = new OrderBook(opened.log(), self, commanders);
    for (ByteString record : opened.records()) {
      book.replay(record);
    }
    return book;
  }

  private void replay(ByteString record) {
    try {
      apply(MirrorCodec.decodeOrder(record));
    } catch (ProtocolException e) {
      LOG.warn("an order in the log is passed over: {}", e.getMessage());
    }
  }

  /**
   * Takes an order; when this returns {@link Verdict.Obeyed}, it is on the disk.
   *
   * @throws IOException where it cannot be written; it has no effect then
   */
  Verdict take(MirrorOrder order, Instant now) throws IOException {
    Optional<String> refusal = refusal(order, now);
    if (refusal.isPresent()) {
      return new Verdict.Refused(refusal.get());
    }
    if (orders.containsKey(order.id())) {
      return new Verdict.Known();
    }
    if (isOutdated(order)) {
      return new Verdict.Refused("a later order of this key about it is obeyed");
    }
    compactIfWorthwhile(now);
    boolean isFull = orders.size() >= MAX_ORDERS && !order.from().equals(self);
    if (isFull || isTooMuch(order)) {
      return new Verdict.Refused("this mirror has all that it can keep");
    }
    if (order.verb() != Verb.STATUS) {
      log.append(MirrorCodec.encode(order));
      apply(order);
    }
    return new Verdict.Obeyed();
  }

  private boolean isTooMuch(MirrorOrder order) {
    return order.verb() == Verb.ADD
        && sources.size() >= MAX_SOURCES
        && !sources.keySet().containsAll(order.source().stream().toList());
  }

  private Optional<String> refusal(MirrorOrder order, Instant now) {
    Duration age = Duration.between(Instant.ofEpochMilli(order.timeMillis()), now);
    if (!order.to().equals(self)) {
      return Optional.of("this order is for another mirror");
    }
    if (!mayCommand(order.from())) {
      return Optional.of("this key may not command this mirror");
    }
    if (!order.isGenuine()) {
      return Optional.of("the signature is wrong");
    }
    return age.compareTo(MAX_AGE) > 0 || age.compareTo(MAX_AHEAD.negated()) < 0
        ? Optional.of("the order is from another time: " + age.toHours() + " h old")
        : Optional.empty();
  }

  private boolean mayCommand(PeerId key) {
    return key.equals(self) || commanders.contains(key);
  }

  private void apply(MirrorOrder order) {
    if (!isOutdated(order) && orders.putIfAbsent(order.id(), order) == null) {
      order.source().ifPresent(source -> apply(order, source));
    }
  }

  /**
   * Orders of others may come in another order than they were given: what a key said last holds.
   * The node's own come one after the other.
   */
  private boolean isOutdated(MirrorOrder order) {
    if (order.from().equals(self)) {
      return false;
    }
    return order
        .source()
        .map(source -> latest.get(new Subject(order.from(), source)))
        .filter(last -> GIVEN.compare(last, order) > 0)
        .isPresent();
  }

  private void apply(MirrorOrder order, MirrorSource source) {
    latest.put(new Subject(order.from(), source), order);
    if (order.verb() == Verb.REMOVE) {
      sources.remove(source);
    } else if (mayCommand(order.from())) {
      sources.computeIfAbsent(source, added -> new LinkedHashMap<>()).put(order.from(), order.id());
    }
  }

  /** What is to be kept. */
  Set<MirrorSource> sources() {
    return Set.copyOf(sources.keySet());
  }

  /** The orders of somebody, oldest first. */
  List<MirrorOrder> ordersOf(PeerId from) {
    return orders.values().stream().filter(order -> order.from().equals(from)).toList();
  }

  Optional<MirrorOrder> find(ByteString id) {
    return Optional.ofNullable(orders.get(id));
  }

  private void compactIfWorthwhile(Instant now) throws IOException {
    boolean isLong = log.lengthBytes() > compactAtBytes;
    if (isLong
        || (orders.size() >= MAX_ORDERS
            && orders.size() - needed(now).size() >= WORTH_FORGETTING)) {
      compact(now);
    }
  }

  /** Forgets what has no effect and cannot come again. */
  void compact(Instant now) throws IOException {
    List<MirrorOrder> needed = needed(now);
    log.rewrite(needed.stream().map(MirrorCodec::encode).toList());
    orders.keySet().retainAll(needed.stream().map(MirrorOrder::id).collect(Collectors.toSet()));
    latest.values().removeIf(order -> !orders.containsKey(order.id()));
    compactAtBytes = Math.max(COMPACT_BYTES, 2 * log.lengthBytes());
  }

  /**
   * The orders that are not too old to come again, those by which something is kept, and the last
   * removals of what would be added again without them: the orders of several keys come in any
   * order, so that a removal may be too old before what it removed is.
   */
  private List<MirrorOrder> needed(Instant now) {
    long oldestMillis = now.minus(MAX_AGE).minus(MAX_AHEAD).toEpochMilli();
    Set<ByteString> inEffect = new HashSet<>();
    sources.values().forEach(added -> inEffect.addAll(added.values()));
    Map<MirrorSource, ByteString> removedLater = new HashMap<>();
    Set<ByteString> needed = new HashSet<>();
    for (MirrorOrder order : List.copyOf(orders.values()).reversed()) {
      MirrorSource source = order.source().orElseThrow();
      if (order.timeMillis() >= oldestMillis || inEffect.contains(order.id())) {
        needed.add(order.id());
        Optional.ofNullable(removedLater.get(source)).ifPresent(needed::add);
      }
      if (order.verb() == Verb.REMOVE) {
        removedLater.putIfAbsent(source, order.id());
      }
    }
    return orders.values().stream().filter(order -> needed.contains(order.id())).toList();
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
