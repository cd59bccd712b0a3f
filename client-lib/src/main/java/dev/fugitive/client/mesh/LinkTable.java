package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.ConnectionId;
import dev.fugitive.client.transport.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The links of one mesh by their connections, and for each peer the one among them that is its
 * session. Written by the mesh's loop, read by anybody.
 */
final class LinkTable {
  private final Map<ConnectionId, PeerLink> links = new ConcurrentHashMap<>();
  private final Map<PeerId, PeerLink> sessions = new ConcurrentHashMap<>();

  void add(PeerLink link) {
    links.put(link.connection(), link);
  }

  /** From now on this link is its peer's session, in place of any before. */
  void admit(PeerLink link) {
    sessions.put(link.peer(), link);
  }

  void remove(PeerLink link) {
    links.remove(link.connection(), link);
    sessions.remove(link.peer(), link);
  }

  Optional<PeerLink> find(ConnectionId connection) {
    return Optional.ofNullable(links.get(connection));
  }

  Optional<PeerLink> session(PeerId peer) {
    return Optional.ofNullable(sessions.get(peer));
  }

  List<PeerSession> sessions() {
    return List.copyOf(sessions.values());
  }

  List<MeshStatus.Peer> status() {
    return links.values().stream().map(link -> link.status(stateOf(link))).toList();
  }

  private MeshStatus.State stateOf(PeerLink link) {
    if (sessions.get(link.peer()) == link) {
      return MeshStatus.State.OPEN;
    }
    return link.isOpen() ? MeshStatus.State.REPLACED : MeshStatus.State.CONNECTING;
  }

  /** Has each open link look whether its peer is there; returns how they are doing. */
  List<MeshEvent.Vitals> check(long nowNanos, MeshSettings.Timing timing) {
    List<MeshEvent.Vitals> vitals = new ArrayList<>();
    for (PeerLink link : links.values()) {
      if (link.isOpen()) {
        link.pulse(nowNanos, timing);
        vitals.add(link.vitals());
      }
    }
    return vitals;
  }

  /**
   * Ends the strands that the transport wants to free.
   *
   * @return the connections whose own links it wants to free
   */
  Set<ConnectionId> retire(List<Link> worn) {
    worn.forEach(one -> links.values().forEach(link -> link.retireStrand(one)));
    return worn.stream()
        .flatMap(one -> links.values().stream().filter(link -> link.isOver(one)))
        .map(PeerLink::connection)
        .collect(Collectors.toSet());
  }

  void closeAll(String reason) {
    links.values().forEach(link -> link.close(reason));
  }
}
