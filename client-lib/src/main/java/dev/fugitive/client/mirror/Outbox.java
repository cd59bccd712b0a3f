package dev.fugitive.client.mirror;

import dev.fugitive.client.mirror.MirrorOrder.Verb;
import dev.fugitive.client.peer.PeerId;
import java.io.Closeable;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import okio.Buffer;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The orders that this node gave to mirrors, until each is done or refused, and what was last heard
 * of each. In the log before it is sent; but for questions, of which the last one to each mirror
 * and the last answer are in memory. Not safe for use by several threads.
 */
final class Outbox implements Closeable {
  static final int MAX_ORDERS = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
  private static final int ORDER = 1;
  private static final int REPORT = 2;
  private static final long COMPACT_BYTES = 1024 * 1024;

  /** For how long it is remembered how an order ended. */
  private static final Duration REMEMBERED = Duration.ofDays(7);

  private final DurableLog log;
  private final Map<ByteString, Entry> entries = new LinkedHashMap<>();

  private Outbox(DurableLog log) {
    this.log = log;
  }

  /** An order and what was last heard of it. */
  record Entry(MirrorOrder order, Optional<MirrorReport> report) {
    boolean isOpen(Instant now) {
      boolean inTime =
          Instant.ofEpochMilli(order.timeMillis()).plus(OrderBook.MAX_AGE).isAfter(now);
      return inTime && report.filter(last -> last.state().isFinal()).isEmpty();
    }
  }

  static Outbox open(Path file) throws IOException {
    DurableLog.Opened opened = DurableLog.open(file);
    Outbox outbox = new Outbox(opened.log());
    for (ByteString record : opened.records()) {
      outbox.replay(record);
    }
    return outbox;
  }

  private void replay(ByteString record) {
    try {
      ByteString payload = record.substring(1);
      if (record.getByte(0) == ORDER) {
        MirrorOrder order = MirrorCodec.decodeOrder(payload);
        if (order.verb() != Verb.STATUS) {
          entries.put(order.id(), new Entry(order, Optional.empty()));
        }
      } else {
        note(MirrorCodec.decodeReport(payload));
      }
    } catch (ProtocolException e) {
      LOG.warn("a record in the outbox is passed over: {}", e.getMessage());
    }
  }

  /**
   * Keeps an order until its end; when this returns, it is on the disk.
   *
   * @throws IOException where it cannot be written, or too many wait
   */
  void put(MirrorOrder order, Instant now) throws IOException {
    if (order.verb() == Verb.STATUS) {
      forgetQuestions(order.to(), false);
    }
    if (entries.size() >= MAX_ORDERS || log.lengthBytes() > COMPACT_BYTES) {
      compact(now);
    }
    if (entries.size() >= MAX_ORDERS) {
      throw new IOException(
          "orders that wait: " + entries.size() + " (expected: < " + MAX_ORDERS + ")");
    }
    if (order.verb() != Verb.STATUS) {
      log.append(record(ORDER, MirrorCodec.encode(order)));
    }
    entries.put(order.id(), new Entry(order, Optional.empty()));
  }

  /** Forgets the questions to a mirror that are answered, or those that are not. */
  private void forgetQuestions(PeerId mirror, boolean answered) {
    entries
        .values()
        .removeIf(entry ->
            entry.order().verb() == Verb.STATUS
                && entry.order().to().equals(mirror)
                && entry.report().isPresent() == answered);
  }

  /**
   * A time later than that of every order before, by which mirrors know the last one; where the
   * clock was set back by more than mirrors bear, the time itself.
   */
  Instant timeAfterAll(Instant now) {
    long lastMillis =
        entries.values().stream().mapToLong(entry -> entry.order().timeMillis()).max().orElse(0);
    Instant later = Instant.ofEpochMilli(Math.max(now.toEpochMilli(), lastMillis + 1));
    return later.isAfter(now.plus(OrderBook.MAX_AHEAD.dividedBy(2))) ? now : later;
  }

  /**
   * Takes a mirror's word on one of its own orders; false where it is none, or says nothing new.
   */
  boolean reported(PeerId by, MirrorReport report) throws IOException {
    Entry entry = entries.get(report.orderId());
    if (entry == null
        || !entry.order().to().equals(by)
        || entry.report().filter(last -> last.state().isFinal()).isPresent()
        || entry.report().equals(Optional.of(report))) {
      return false;
    }
    if (entry.order().verb() == Verb.STATUS) {
      forgetQuestions(by, true);
      note(report);
      return true;
    }
    boolean isMilestone = entry.report().map(last -> last.state() != report.state()).orElse(true);
    if (isMilestone) {
      log.append(record(REPORT, MirrorCodec.encode(report)));
    }
    note(report);
    return true;
  }

  private void note(MirrorReport report) {
    entries.computeIfPresent(
        report.orderId(), (id, entry) -> new Entry(entry.order(), Optional.of(report)));
  }

  /** What a mirror is still to be told, oldest first. */
  List<MirrorOrder> waitingFor(PeerId mirror, Instant now) {
    return entries.values().stream()
        .filter(entry -> entry.order().to().equals(mirror) && entry.isOpen(now))
        .map(Entry::order)
        .toList();
  }

  /** Mirrors that are still to be told something. */
  Set<PeerId> mirrors(Instant now) {
    return entries.values().stream()
        .filter(entry -> entry.isOpen(now))
        .map(entry -> entry.order().to())
        .collect(Collectors.toSet());
  }

  List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  private void compact(Instant now) throws IOException {
    long oldestMillis = now.minus(REMEMBERED).toEpochMilli();
    entries
        .values()
        .removeIf(entry -> !entry.isOpen(now) && entry.order().timeMillis() < oldestMillis);
    if (entries.size() >= MAX_ORDERS) {
      entries.values().removeIf(entry -> !entry.isOpen(now));
    }
    List<ByteString> records = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (entry.order().verb() == Verb.STATUS) {
        continue;
      }
      records.add(record(ORDER, MirrorCodec.encode(entry.order())));
      entry.report().ifPresent(last -> records.add(record(REPORT, MirrorCodec.encode(last))));
    }
    log.rewrite(records);
  }

  private static ByteString record(int type, ByteString payload) {
    return new Buffer().writeByte(type).write(payload).readByteString();
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
