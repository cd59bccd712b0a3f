package dev.fugitive.client.transfer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The relays of one download, and the way from them to links of our own.
 *
 * <p>A relay names those of its peers that hold the content. A long content is worth a link to
 * them, which the relay introduces; meanwhile it passes chunks on. Once such a peer has given us a
 * slot, and holds everything, its relays are asked for nothing more. Should it leave, they are
 * again.
 *
 * <p>Safe for use by several threads.
 */
final class Promotion {
  private final Download download;
  private final PeerDirectory directory;

  @GuardedBy("this")
  private final Map<PeerId, PeerSession> relays = new HashMap<>();

  /** Who was named, and by whom. */
  @GuardedBy("this")
  private final Map<PeerId, Set<PeerId>> namedBy = new HashMap<>();

  @GuardedBy("this")
  private final Set<PeerId> direct = new HashSet<>();

  Promotion(Download download, PeerDirectory directory) {
    this.download = download;
    this.directory = directory;
  }

  synchronized void addRelay(PeerSession session) {
    relays.putIfAbsent(session.peer(), session);
  }

  synchronized boolean isRelay(PeerId peer) {
    return relays.containsKey(peer);
  }

  /** A relay names peers that hold the content; a new name is worth a link. */
  void named(PeerSession relay, List<PeerId> named) {
    if (download.id().length() < SwarmLimits.PROMOTION_BYTES) {
      return;
    }
    List<PeerId> strangers = new ArrayList<>();
    synchronized (this) {
      for (PeerId peer : named) {
        boolean known = namedBy.containsKey(peer);
        if (!known && namedBy.size() < SwarmLimits.MAX_HOLDERS) {
          strangers.add(peer);
          namedBy.put(peer, new HashSet<>());
        }
        namedBy.computeIfPresent(peer, (name, by) -> with(by, relay.peer()));
      }
    }
    for (PeerId stranger : strangers) {
      directory.meet(stranger, relay).ifPresent(download::addHolder);
    }
  }

  private static Set<PeerId> with(Set<PeerId> peers, PeerId more) {
    Set<PeerId> all = new HashSet<>(peers);
    all.add(more);
    return all;
  }

  /** A session has opened: perhaps with somebody who was named. */
  void met(PeerSession session) {
    boolean awaited;
    synchronized (this) {
      awaited = namedBy.containsKey(session.peer());
    }
    if (awaited) {
      download.addHolder(session);
    }
  }

  /** A peer gives us everything itself: whoever passed on from it is not needed. */
  void direct(PeerId peer) {
    Set<PeerId> replaced;
    synchronized (this) {
      replaced = namedBy.getOrDefault(peer, Set.of());
      direct.add(peer);
    }
    replaced.forEach(relay -> download.postAtOnce(new SwarmEvent.RelayReplaced(relay)));
  }

  /** A peer's session is over: if it was the last that gave directly, relays are needed again. */
  void left(PeerId peer) {
    List<PeerSession> again = new ArrayList<>();
    synchronized (this) {
      relays.remove(peer);
      if (direct.remove(peer) && direct.isEmpty()) {
        for (PeerId relay : namedBy.getOrDefault(peer, Set.of())) {
          PeerSession session = relays.get(relay);
          if (session != null) {
            again.add(session);
          }
        }
      }
    }
    again.forEach(download::rejoin);
  }
}
