package dev.fugitive.client.transfer.upload;

import dev.fugitive.client.wire.PeerMessage;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What all sessions are owed, and which of them have something new to do. Confined to the core's
 * owner.
 *
 * @param <S> a session
 */
final class SessionTable<S> {
  private final Map<S, SessionQueue> sessions = new LinkedHashMap<>();
  private final Set<S> ready = new LinkedHashSet<>();

  /** Sessions that leave too much unread, with what to say of them. */
  private final Map<S, String> violators = new LinkedHashMap<>();

  /** A session's queue; a new one where it has none. */
  SessionQueue queue(S session) {
    return sessions.computeIfAbsent(session, s -> new SessionQueue());
  }

  @Nullable SessionQueue find(S session) {
    return sessions.get(session);
  }

  Optional<Transfer> transfer(S session, int transferId) {
    return Optional.ofNullable(sessions.get(session)).flatMap(queue -> queue.transfer(transferId));
  }

  /** A session is over: its worker has nothing to do but to find that out. */
  @Nullable SessionQueue remove(S session) {
    violators.remove(session);
    ready.add(session);
    return sessions.remove(session);
  }

  /** All of them, as they are now. */
  List<S> all() {
    return List.copyOf(sessions.keySet());
  }

  /** A session has something new to do. */
  void wake(S session) {
    ready.add(session);
  }

  /** The pace has changed: whoever waited for its turn waits anew. */
  void forgetReservations() {
    sessions.values().forEach(queue -> queue.reservation = null);
    ready.addAll(sessions.keySet());
  }

  void say(S session, PeerMessage message) {
    SessionQueue queue = queue(session);
    queue.answer(message);
    queue.violation().ifPresent(reason -> violators.put(session, reason));
    ready.add(session);
  }

  /** What a peer did just now that no honest one does; it is told here and not once more. */
  Optional<String> violation(S session) {
    violators.remove(session);
    return queue(session).violation();
  }

  /** Sessions that have something new to do since this was asked last. */
  List<S> takeReady() {
    List<S> taken = List.copyOf(ready);
    ready.clear();
    return taken;
  }

  /** Sessions that have left too much unread since this was asked last, with the violation. */
  Map<S, String> takeViolators() {
    Map<S, String> taken = Map.copyOf(violators);
    violators.clear();
    return taken;
  }

  /** Plain bytes that all of them wait for. */
  long queuedBytes() {
    return sessions.values().stream().mapToLong(SessionQueue::queuedBytes).sum();
  }

  /** Every queue adds up. */
  void checkInvariant() {
    sessions.values().forEach(SessionQueue::checkInvariant);
  }
}
