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
 * The further associations of one session: bulk goes through whichever has least to send, the
 * session's own link among them, and {@link StrandPlan} says how many there are to be. They are
 * negotiated over the session's link, which proves whose they are, and end with it.
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

  private static final long COUNT_INTERVAL_NANOS = Duration.ofMillis(10).toNanos();
  private static final long CONNECT_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long IDLE_NANOS = Duration.ofSeconds(30).toNanos();

  /** Nothing has moved on a retired strand for so long: nothing is under way on it. */
  private static final long RETIRED_IDLE_NANOS = Duration.ofSeconds(3).toNanos();

  private final Session session;
  private final Transport transport;
  private final StrandPool pool;
  private final Carrier own;
  private final boolean even;
  private final LongAdder sentBytes = new LongAdder();
  private final LongAdder receivedBytes = new LongAdder();
  private final SignalAllowance offers = new SignalAllowance(OFFERS_AT_ONCE, 1);

  @GuardedBy("this")
  private final Map<Integer, Strand> strands = new HashMap<>();

  @GuardedBy("this")
  private final StrandPlan plan = new StrandPlan(MAX_CARRIERS);

  @GuardedBy("this")
  private int lastNumber;

  @GuardedBy("this")
  private long countedNanos;

  @GuardedBy("this")
  private boolean closed;

  /** What had come when it was looked at last, from this peer and from all. */
  @GuardedBy("this")
  private long receivedBefore;

  @GuardedBy("this")
  private long allReceivedBefore;

  private volatile boolean understood;

  /** Those that bulk may go through, the session's own link first; replaced as a whole. */
  private volatile List<Carrier> carriers;

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
    this.own = new Carrier(link, session.nanos());
    this.carriers = List.of(own);
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
    return carriers.size();
  }

  // ---- bulk

  /** Sends bulk through the association that has least to send. */
  void send(ByteBuffer frame) throws IOException {
    int bytes = frame.remaining();
    long nowNanos = nanos();
    if (understood) {
      look(nowNanos);
    }
    Carrier through = leastLoaded();
    try {
      through.send(frame, nowNanos);
    } catch (IOException e) {
      if (through == own) {
        throw e;
      }
      own.send(frame, nowNanos);
    }
    sentBytes.add(bytes);
    pool.sent(bytes);
  }

  private Carrier leastLoaded() {
    Carrier least = own;
    long leastBytes = Long.MAX_VALUE;
    for (Carrier carrier : carriers) {
      long bytes = carrier.link().queuedBytes();
      if (bytes < leastBytes) {
        least = carrier;
        leastBytes = bytes;
      }
    }
    return least;
  }

  /** Bulk came, whichever way. */
  void receivedBulk(int bytes) {
    receivedBytes.add(bytes);
    pool.received(bytes);
  }

  private void look(long nowNanos) {
    List<Carrier> counted = carriers;
    int change;
    synchronized (this) {
      if (nowNanos - countedNanos < COUNT_INTERVAL_NANOS) {
        return;
      }
      countedNanos = nowNanos;
      StrandPlan.Look seen = lookAt(counted, nowNanos);
      change = plan.on(seen);
      LOG.trace("{}: {}", seen, change);
    }
    counted.forEach(this::count);
    if (change > 0) {
      open(change, nowNanos);
    } else if (change < 0) {
      retireNewest(-change);
    }
  }

  private void count(Carrier carrier) {
    carrier.link().count(bytes -> carrier.counted(bytes, nanos()));
  }

  private StrandPlan.Look lookAt(List<Carrier> now, long nowNanos) {
    long sent = sentBytes.sum();
    long waiting = 0;
    int holding = 0;
    for (Carrier carrier : now) {
      waiting += carrier.link().queuedBytes();
      holding += carrier.isHolding() ? 1 : 0;
    }
    return new StrandPlan.Look(
        sent - waiting,
        pool.sentBytes() - sent,
        holding,
        now.size(),
        session.roundTripNanos(),
        nowNanos);
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
    List<Carrier> now = new ArrayList<>();
    now.add(own);
    strands.values().stream().map(Strand::carrier).filter(Objects::nonNull).forEach(now::add);
    carriers = List.copyOf(now);
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
    carriers.stream().filter(Carrier::hasWaiting).forEach(this::count);
    for (Strand strand : all()) {
      String end = endOf(strand, nowNanos);
      if (end != null) {
        strand.retire();
        strand.close(end);
      }
    }
  }

  private static @Nullable String endOf(Strand strand, long nowNanos) {
    long idleNanos = nowNanos - strand.movedNanos();
    if (!strand.isOpen()) {
      return nowNanos - strand.sinceNanos() > CONNECT_NANOS ? "not open in time" : null;
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
