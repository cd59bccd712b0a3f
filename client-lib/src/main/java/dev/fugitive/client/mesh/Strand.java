package dev.fugitive.client.mesh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.signalling.SignalAllowance;
import dev.fugitive.client.transport.Link;
import dev.fugitive.client.transport.LinkListener;
import dev.fugitive.client.transport.Signal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A further association of one session, from its offer to its end. The transport's threads call the
 * {@link LinkListener} methods, which hand over; no lock is held over a call of the transport.
 */
final class Strand implements LinkListener {
  private static final int MAX_SIGNALS = 64;

  private final Strands strands;
  private final int number;
  private final boolean ours;
  private final long sinceNanos;
  private final SignalAllowance localSignals = new SignalAllowance(MAX_SIGNALS, 1);

  @GuardedBy("this")
  private @Nullable Link link;

  @GuardedBy("this")
  private @Nullable String closeReason;

  /** What the other side said before there was a link. */
  @GuardedBy("this")
  private final List<Signal> early = new ArrayList<>();

  private volatile boolean opened;

  private volatile @Nullable Carrier carrier;
  private volatile long receivedNanos;
  private volatile boolean retired;

  /**
   * @param ours whether we offered it
   */
  Strand(Strands strands, int number, boolean ours, long nowNanos) {
    this.strands = strands;
    this.number = number;
    this.ours = ours;
    this.sinceNanos = nowNanos;
    this.receivedNanos = nowNanos;
  }

  int number() {
    return number;
  }

  boolean isOurs() {
    return ours;
  }

  long sinceNanos() {
    return sinceNanos;
  }

  /** Starts it; what the other side says meanwhile waits until there is a link to say it to. */
  void start(Function<LinkListener, Link> transport) {
    Link made = transport.apply(this);
    List<Signal> said;
    String reason;
    synchronized (this) {
      link = made;
      said = List.copyOf(early);
      early.clear();
      reason = closeReason;
    }
    said.forEach(made::signal);
    if (reason != null) {
      made.close(reason);
    } else if (opened) {
      strands.opened(this);
    }
  }

  void signal(Signal fromRemote) {
    Link to;
    synchronized (this) {
      to = link;
      if (to == null && early.size() < MAX_SIGNALS) {
        early.add(fromRemote);
      }
    }
    if (to != null) {
      to.signal(fromRemote);
    }
  }

  void close(String reason) {
    Link done;
    synchronized (this) {
      closeReason = reason;
      done = link;
    }
    if (done != null) {
      done.close(reason);
    }
  }

  synchronized boolean isOver(Link candidate) {
    return link == candidate;
  }

  /** What bulk may be sent through; null before it is open, and once it is given up. */
  @Nullable Carrier carrier() {
    return retired ? null : carrier;
  }

  boolean isOpen() {
    return carrier != null;
  }

  /** Nothing more is sent through it; it closes when what is under way has had time to arrive. */
  void retire() {
    retired = true;
  }

  boolean isRetired() {
    return retired;
  }

  /** When bytes went in or out last. */
  long movedNanos() {
    Carrier sender = carrier;
    return sender == null ? receivedNanos : Math.max(receivedNanos, sender.sentNanos());
  }

  @Override
  public void onSignal(Signal local) {
    if (localSignals.admits(strands.nanos())) {
      strands.say(this, local);
    }
  }

  @Override
  public void onOpen() {
    opened = true;
    strands.opened(this);
  }

  @Override
  public void onFrame(ByteBuffer frame) {
    receivedNanos = strands.nanos();
    strands.received(frame);
  }

  @Override
  public void onClosed(String reason) {
    strands.closed(this, reason);
  }

  /** Messages can be sent. The transport may say so before it has given us the link. */
  synchronized void becomeCarrier(long nowNanos) {
    if (link != null && carrier == null) {
      carrier = new Carrier(link, nowNanos);
    }
  }
}
