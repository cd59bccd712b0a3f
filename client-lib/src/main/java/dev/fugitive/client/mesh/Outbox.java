package dev.fugitive.client.mesh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages for one session from those who must not wait: sent in order, by a thread that lives
 * while there are any.
 */
final class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  /** Messages that wait; what comes beyond is refused. */
  private static final int MAX_WAITING = 256;

  private final PeerSession session;
  private final Predicate<Runnable> fork;

  @GuardedBy("this")
  private final Queue<PeerMessage> waiting = new ArrayDeque<>();

  @GuardedBy("this")
  private boolean sending;

  /**
   * @param fork runs what may block on a virtual thread; false where that is over
   */
  Outbox(PeerSession session, Predicate<Runnable> fork) {
    this.session = session;
    this.fork = fork;
  }

  /** Takes a message; false where too many wait, or the mesh is closed. Never blocks. */
  synchronized boolean offer(PeerMessage message) {
    if (waiting.size() >= MAX_WAITING) {
      return false;
    }
    waiting.add(message);
    if (!sending) {
      sending = fork.test(this::sendAll);
      return sending;
    }
    return true;
  }

  private void sendAll() {
    try {
      for (PeerMessage next = take(); next != null; next = take()) {
        session.send(next);
      }
    } catch (IOException closed) {
      LOG.debug("{}: not carried: {}", session.peer().shortName(), closed.toString());
    }
  }

  private synchronized @Nullable PeerMessage take() {
    PeerMessage next = waiting.poll();
    sending = next != null;
    return next;
  }
}
