package dev.fugitive.client.mirror;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.SignalAllowance;
import dev.fugitive.client.wire.PeerMessage;
import java.io.Closeable;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node and others say to each other: its orders to their mirrors and their reports on
 * them, and their orders to its own mirror, which the keeper takes, and the reports on those. The
 * loop's.
 */
final class Correspondence implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Correspondence.class);

  private static final int MAX_PEERS = 256;
  private static final int BURST = 1100;
  private static final int MESSAGES_PER_SECOND = 16;

  private final PeerId self;
  private final boolean isCommanded;
  private final Outbox outbox;
  private final Keeper keeper;
  private final OrderPost post;
  private final Consumer<Set<PeerId>> seek;
  private final InstantSource clock;

  /** Whom the node was last told to look for. */
  private Set<PeerId> sought = Set.of();

  /** What was last reported of each order by others that is not done yet. */
  private final Map<ByteString, MirrorReport> reported = new HashMap<>();

  private final Map<PeerId, SignalAllowance> allowances =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, SignalAllowance> eldest) {
          return size() > MAX_PEERS;
        }
      };

  Correspondence(Outbox outbox, Keeper keeper, Mirror.Ground ground) {
    this.self = ground.identity().peerId();
    this.isCommanded = !ground.commanders().isEmpty();
    this.outbox = outbox;
    this.keeper = keeper;
    this.post = ground.post();
    this.seek = ground.seek();
    this.clock = ground.clock();
  }

  /** A mirror that has done all that it was told is not looked for any more. */
  void seekWhoIsNeeded() {
    Set<PeerId> needed = new HashSet<>(outbox.mirrors(clock.instant()));
    if (isCommanded) {
      needed.add(self);
    }
    if (!needed.equals(sought)) {
      sought = Set.copyOf(needed);
      seek.accept(sought);
    }
  }

  /** A time for the next order, by which mirrors know the last one. */
  Instant timeAfterAll(Instant now) {
    return outbox.timeAfterAll(now);
  }

  /**
   * Gives another mirror an order.
   *
   * @throws IOException where it cannot be written, or too many wait
   */
  void give(MirrorOrder order, Instant now) throws IOException {
    outbox.put(order, now);
    seekWhoIsNeeded();
    deliver(order.to());
  }

  /** Sends a mirror what it has not finished. */
  void deliver(PeerId mirror) {
    for (MirrorOrder order : outbox.waitingFor(mirror, clock.instant())) {
      post.send(mirror, new PeerMessage.Order(MirrorCodec.encode(order)));
    }
  }

  /** The same for all that are connected. */
  void deliverToAll() {
    post.connected().forEach(this::deliver);
  }

  /** The orders to others, and what was last heard of each. */
  List<MirrorStatus.Sent> sent() {
    return outbox.entries().stream().map(Correspondence::sent).toList();
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

  /** A peer says something, which counts as far as it may say so much. */
  void heard(PeerId from, PeerMessage message) {
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

  private void heardOrder(PeerId from, ByteString bytes) {
    try {
      MirrorOrder order = MirrorCodec.decodeOrder(bytes);
      if (!order.from().equals(from)) {
        LOG.debug("{} brings an order of somebody else", from.shortName());
        return;
      }
      tell(from, answer(order));
    } catch (ProtocolException e) {
      LOG.debug("{} sent what is no order: {}", from.shortName(), e.getMessage());
    } catch (IOException e) {
      // not answered: it comes again
      LOG.warn("an order could not be written: {}", e.getMessage());
    }
  }

  private MirrorReport answer(MirrorOrder order) throws IOException {
    return switch (keeper.take(order, clock.instant())) {
      case OrderBook.Verdict.Refused(String why) -> {
        LOG.info("an order by {} is refused: {}", order.from().shortName(), why);
        yield MirrorReport.of(order.id(), MirrorReport.State.REFUSED, why);
      }
      case OrderBook.Verdict.Known known -> keeper.report(order);
      case OrderBook.Verdict.Obeyed obeyed -> keeper.report(order);
    };
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

  /** Who gave an order is told when it is done, or how far it is. */
  void reportChanges() {
    Set<PeerId> connected = Set.copyOf(post.connected());
    for (MirrorReport before : List.copyOf(reported.values())) {
      Optional<MirrorOrder> order = keeper.find(before.orderId());
      if (order.isEmpty()) {
        reported.remove(before.orderId());
      } else if (connected.contains(order.get().from())) {
        MirrorReport now = keeper.report(order.get());
        if (!now.equals(before)) {
          tell(order.get().from(), now);
        }
      }
    }
  }

  private void tell(PeerId peer, MirrorReport report) {
    if (report.state().isFinal()) {
      reported.remove(report.orderId());
    } else {
      reported.put(report.orderId(), report);
    }
    post.send(peer, new PeerMessage.Report(MirrorCodec.encode(report)));
  }

  /** Looks for nobody any more; orders stay in the log. */
  @Override
  public void close() throws IOException {
    try (outbox) {
      seek.accept(Set.of());
    }
  }
}
