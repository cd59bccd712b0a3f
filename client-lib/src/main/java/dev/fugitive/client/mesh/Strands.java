package dev.fugitive.client.mesh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.signalling.SignalAllowance;
import dev.fugitive.client.signalling.SignallingCodec;
import dev.fugitive.client.signalling.SignedSignal.Content;
import dev.fugitive.client.transport.Link;
import dev.fugitive.client.transport.Signal;
import dev.fugitive.client.transport.Transport;
import dev.fugitive.client.wire.MalformedMessageException;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The further associations of one session: negotiated over the session's own link, which proves
 * whose they are, and ended with it. Bulk goes through them and the link ({@link Carriers}).
 *
 * <p>Either side may offer, use and close them. Safe for use by several threads; no lock is held
 * over a call of the transport.
 */
final class Strands {
  private static final Logger LOG = LoggerFactory.getLogger(Strands.class);

  /** Associations of one session, its own link included. */
  static final int MAX_CARRIERS = 8;

  /** Each connection costs memory that some transports never give back. */
  private static final int OFFERS_AT_ONCE = 2 * MAX_CARRIERS;

  private static final long CONNECT_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long IDLE_NANOS = Duration.ofSeconds(30).toNanos();

  /** Nothing has moved on a retired strand for so long: nothing is under way on it. */
  private static final long RETIRED_IDLE_NANOS = Duration.ofSeconds(3).toNanos();

  private final Session session;
  private final Transport transport;
  private final StrandPool pool;
  private final Carriers carriers;
  private final boolean even;
  private final LongAdder receivedBytes = new LongAdder();
  private final SignalAllowance offers = new SignalAllowance(OFFERS_AT_ONCE, 1);

  @GuardedBy("this")
  private final Map<Integer, Strand> strands = new HashMap<>();

  @GuardedBy("this")
  private int lastNumber;

  @GuardedBy("this")
  private boolean closed;

  /** What had come when it was looked at last, from this peer and from all. */
  @GuardedBy("this")
  private long receivedBefore;

  @GuardedBy("this")
  private long allReceivedBefore;

  private volatile boolean understood;

  /** What strands need of their session; nothing of it blocks. */
  interface Session {
    long nanos();

    /** Says something over the session's own link, soon; false where it cannot be said. */
    boolean post(PeerMessage message);

    /** A frame came over a strand. */
    void onFrame(ByteBuffer frame);

    /** Of the path; negative where it is not known. */
    long roundTripNanos();
  }

  /**
   * @param link the session's own
   * @param even whether the strands that we offer have even numbers: our key is the smaller one
   */
  Strands(Session session, Link link, Transport transport, StrandPool pool, boolean even) {
    this.session = session;
    this.transport = transport;
    this.pool = pool;
    this.even = even;
    this.carriers = new Carriers(session, pool, link);
  }

  long nanos() {
    return session.nanos();
  }

  /** The peer has said whether it knows what a strand is. */
  void noteSupport(boolean does) {
    understood = does;
  }

  /** How many associations carry bulk. */
  int count() {
    return carriers.count();
  }

  /** Whether each holds so little that a frame takes it several round trips. */
  boolean areNarrow() {
    return carriers.areNarrow();
  }

  // ---- bulk

  /** Sends bulk through the association that has least to send. */
  void send(ByteBuffer frame) throws IOException {
    long nowNanos = nanos();
    if (understood) {
      change(carriers.look(nowNanos), nowNanos);
    }
    carriers.send(frame, nowNanos);
  }

  private void change(int count, long nowNanos) {
    if (count > 0) {
      open(count, nowNanos);
    } else if (count < 0) {
      retireNewest(-count);
    }
  }

  /** Bulk came, whichever way. */
  void receivedBulk(int bytes) {
    receivedBytes.add(bytes);
    pool.received(bytes);
  }

  // ---- opening

  private void open(int count, long nowNanos) {
    LOG.debug("{} more strands, {} of all are open", count, pool.taken());
    for (int i = 0; i < count; i++) {
      Strand strand = add(nextNumber(), true, nowNanos);
      if (strand == null) {
        return;
      }
      start(strand, () -> strand.start(transport::offer));
    }
  }

  private synchronized int nextNumber() {
    lastNumber += 2;
    return even ? lastNumber : lastNumber - 1;
  }

  private synchronized @Nullable Strand add(int number, boolean ours, long nowNanos) {
    if (closed
        || strands.size() >= MAX_CARRIERS - 1
        || strands.containsKey(number)
        || !pool.take()) {
      return null;
    }
    Strand strand = new Strand(this, number, ours, nowNanos);
    strands.put(number, strand);
    return strand;
  }

  private void start(Strand strand, Runnable begin) {
    try {
      begin.run();
    } catch (IllegalStateException | IllegalArgumentException e) {
      closed(strand, "no link: " + e.getMessage());
    }
  }

  /** The peer says something about a strand. On the session's thread. */
  void heard(PeerMessage.Strand message) throws MalformedMessageException {
    Content content;
    try {
      content = SignallingCodec.decodeContent(message.signal());
    } catch (ProtocolException e) {
      throw new MalformedMessageException("strand: " + e.getMessage());
    }
    if (content instanceof Content.OfLink(Signal.Description offer)
        && offer.kind() == Signal.Kind.OFFER) {
      offered(message.number(), offer);
      return;
    }
    Strand strand = find(message.number());
    if (strand == null) {
      return;
    }
    switch (content) {
      case Content.OfLink(Signal signal) -> strand.signal(signal);
      case Content.Declined(String reason) -> strand.close("declined: " + reason);
    }
  }

  private synchronized @Nullable Strand find(int number) {
    return strands.get(number);
  }

  private void offered(int number, Signal.Description offer) {
    long nowNanos = nanos();
    boolean theirs = (number % 2 == 0) != even;
    Strand strand =
        theirs && offers.admits(nowNanos) && bringsMost() ? add(number, false, nowNanos) : null;
    if (strand == null) {
      say(number, new Content.Declined("not now"));
      return;
    }
    start(strand, () -> strand.start(listener -> transport.answer(offer, listener)));
  }

  /** Who takes from several peers has as many associations already. */
  private synchronized boolean bringsMost() {
    long here = receivedBytes.sum() - receivedBefore;
    long all = pool.receivedBytes() - allReceivedBefore;
    return 2 * here >= all;
  }

  /** A strand's end has something to say to its other end. */
  void say(Strand strand, Signal local) {
    say(strand.number(), new Content.OfLink(local));
  }

  private void say(int number, Content content) {
    session.post(new PeerMessage.Strand(number, SignallingCodec.encodeContent(content)));
  }

  // ---- what becomes of them

  void opened(Strand strand) {
    strand.becomeCarrier(nanos());
    refresh();
  }

  void received(ByteBuffer frame) {
    session.onFrame(frame);
  }

  void closed(Strand strand, String reason) {
    boolean known;
    synchronized (this) {
      known = strands.remove(strand.number(), strand);
    }
    if (known) {
      LOG.debug("strand {} is closed: {}", strand.number(), reason);
      pool.giveBack();
      refresh();
    }
  }

  private synchronized void refresh() {
    List<Carrier> open = new ArrayList<>();
    strands.values().stream().map(Strand::carrier).filter(Objects::nonNull).forEach(open::add);
    carriers.use(open);
  }

  private void retireNewest(int count) {
    synchronized (this) {
      strands.values().stream()
          .filter(strand -> strand.isOurs() && !strand.isRetired())
          .sorted(Comparator.comparingInt(Strand::number).reversed())
          .limit(count)
          .forEach(Strand::retire);
    }
    refresh();
  }

  /** Time passed: ends what is idle, broken, or was never open. Called by the mesh's loop. */
  void pulse(long nowNanos) {
    synchronized (this) {
      receivedBefore = receivedBytes.sum();
      allReceivedBefore = pool.receivedBytes();
    }
    carriers.countWaiting();
    for (Strand strand : all()) {
      String end = endOf(strand, nowNanos);
      if (end != null) {
        strand.retire();
        strand.close(end);
      }
    }
  }

  /** Why a strand is to end now; null where it is not. */
  static @Nullable String endOf(Strand strand, long nowNanos) {
    long idleNanos = nowNanos - strand.movedNanos();
    if (!strand.isOpen()) {
      long limitNanos = strand.isOurs() ? StrandPlan.OPENING_NANOS : CONNECT_NANOS;
      return nowNanos - strand.sinceNanos() > limitNanos ? "not open in time" : null;
    }
    Carrier carrier = strand.carrier();
    if (carrier == null) {
      return idleNanos > RETIRED_IDLE_NANOS ? "not needed" : null;
    }
    if (carrier.isStuck(nowNanos)) {
      return "stuck";
    }
    return idleNanos > IDLE_NANOS ? "idle" : null;
  }

  /** The transport wants to free what carries this. */
  void retire(Link worn) {
    all().stream().filter(strand -> strand.isOver(worn)).forEach(strand -> strand.close("worn"));
  }

  private synchronized List<Strand> all() {
    return List.copyOf(strands.values());
  }

  /** The session is over, and its strands with it. */
  void close(String reason) {
    synchronized (this) {
      closed = true;
    }
    all().forEach(strand -> strand.close(reason));
  }
}
