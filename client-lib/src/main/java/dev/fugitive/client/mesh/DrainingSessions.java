package dev.fugitive.client.mesh;

import dev.fugitive.client.mesh.Place.Established;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.ConnectionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Replaced sessions that may still be used for what was begun on them: each until nothing has moved
 * on it for a while, or its time is up. Not safe for use by several threads.
 */
final class DrainingSessions {
  /** A session on which nothing moved for this long has ended all its transfers. */
  private static final long IDLE_NANOS = Duration.ofSeconds(3).toNanos();

  private final Map<ConnectionId, Drained> sessions = new LinkedHashMap<>();

  /** A replaced session, and when it ends at the latest. */
  record Drained(PeerId peer, Established session, long deadlineNanos) {}

  void add(PeerId peer, Established session, long deadlineNanos) {
    sessions.put(session.connection(), new Drained(peer, session, deadlineNanos));
  }

  boolean contains(ConnectionId connection) {
    return sessions.containsKey(connection);
  }

  /** Returns whether the session was here. */
  boolean remove(ConnectionId connection) {
    return sessions.remove(connection) != null;
  }

  /** Returns whether the session is here. */
  boolean measure(MeshEvent.Vitals vitals, long nowNanos) {
    return sessions.computeIfPresent(
            vitals.connection(),
            (connection, old) ->
                new Drained(old.peer, old.session.with(vitals, nowNanos), old.deadlineNanos))
        != null;
  }

  /** Takes out those that have ended. */
  List<Drained> takeEnded(long nowNanos) {
    return take(drained ->
        nowNanos >= drained.deadlineNanos
            || nowNanos - drained.session.activeNanos() >= IDLE_NANOS);
  }

  /** Takes out those of one peer. */
  List<Drained> takeOf(PeerId peer) {
    return take(drained -> drained.peer.equals(peer));
  }

  private List<Drained> take(Predicate<Drained> wanted) {
    List<Drained> taken = new ArrayList<>(sessions.values());
    taken.removeIf(wanted.negate());
    taken.forEach(drained -> sessions.remove(drained.session.connection()));
    return taken;
  }

  List<Drained> all() {
    return List.copyOf(sessions.values());
  }
}
