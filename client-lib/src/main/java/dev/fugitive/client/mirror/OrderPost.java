package dev.fugitive.client.mirror;

import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
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

  private final Map<PeerId, PeerSession> sessions = new ConcurrentHashMap<>();
  private volatile @Nullable Receiver receiver;

  /** Deals with orders and reports; called on the sessions' threads, hands over and returns. */
  interface Receiver {
    void opened(PeerId peer);

    void heard(PeerId from, PeerMessage message);
  }

  /** From now on this one hears; of those that are connected, too. */
  void attach(Receiver one) {
    receiver = one;
    sessions.keySet().forEach(one::opened);
  }

  void detach() {
    receiver = null;
  }

  /** A session is open. */
  public void onOpened(PeerSession session) {
    sessions.put(session.peer(), session);
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
    sessions.remove(session.peer(), session);
  }

  List<PeerId> connected() {
    return List.copyOf(sessions.keySet());
  }

  /** Sends on a thread of its own: a peer that reads slowly holds up nobody. */
  void send(PeerId to, PeerMessage message) {
    PeerSession session = sessions.get(to);
    if (session != null) {
      Thread.ofVirtual().name("mirror-out").start(() -> send(session, message));
    }
  }

  private static void send(PeerSession session, PeerMessage message) {
    try {
      session.send(message);
    } catch (IOException e) {
      LOG.debug("not sent to {}: {}", session.peer().shortName(), e.getMessage());
    }
  }
}
