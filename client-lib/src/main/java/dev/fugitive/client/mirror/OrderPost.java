package dev.fugitive.client.mirror;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings orders and reports from sessions to who deals with them, and back. Safe for use by several
 * threads.
 */
public final class OrderPost {
  private static final Logger LOG = LoggerFactory.getLogger(OrderPost.class);

  /** What waits for a peer that reads slowly; whatever is beyond it comes again in a minute. */
  static final int MAX_WAITING = 2048;

  private final Map<PeerId, Line> lines = new ConcurrentHashMap<>();
  private volatile @Nullable Receiver receiver;

  /** Deals with orders and reports; called on the sessions' threads, hands over and returns. */
  interface Receiver {
    void opened(PeerId peer);

    void heard(PeerId from, PeerMessage message);
  }

  /** From now on this one hears; of those that are connected, too. */
  void attach(Receiver one) {
    receiver = one;
    lines.keySet().forEach(one::opened);
  }

  void detach() {
    receiver = null;
  }

  /** A session is open. */
  public void onOpened(PeerSession session) {
    lines.put(session.peer(), new Line(session));
    Receiver current = receiver;
    if (current != null) {
      current.opened(session.peer());
    }
  }

  /** An order or a report came. */
  public void onMessage(PeerSession session, PeerMessage message) {
    Receiver current = receiver;
    if (current != null) {
      current.heard(session.peer(), message);
    }
  }

  /** A session is closed. */
  public void onClosed(PeerSession session) {
    lines.computeIfPresent(session.peer(), (peer, line) -> line.session == session ? null : line);
  }

  List<PeerId> connected() {
    return List.copyOf(lines.keySet());
  }

  /** Sends after all that was sent to this peer before, and waits for nobody. */
  void send(PeerId to, PeerMessage message) {
    Line line = lines.get(to);
    if (line != null) {
      line.send(message);
    }
  }

  /** What is said in one session, in order: one thread sends, as long as something waits. */
  private static final class Line {
    private final PeerSession session;

    @GuardedBy("this")
    private final Queue<PeerMessage> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean isSending;

    Line(PeerSession session) {
      this.session = session;
    }

    synchronized void send(PeerMessage message) {
      if (waiting.size() >= MAX_WAITING) {
        LOG.debug("too much waits for {}", session.peer().shortName());
        return;
      }
      waiting.add(message);
      if (!isSending) {
        isSending = true;
        Thread.ofVirtual().name("mirror-out").start(this::sendAll);
      }
    }

    private synchronized @Nullable PeerMessage next() {
      PeerMessage next = waiting.poll();
      isSending = next != null;
      return next;
    }

    private void sendAll() {
      for (PeerMessage next = next(); next != null; next = next()) {
        try {
          session.send(next);
        } catch (IOException | RuntimeException e) {
          LOG.debug("not sent to {}: {}", session.peer().shortName(), e.toString());
        }
      }
    }
  }
}
