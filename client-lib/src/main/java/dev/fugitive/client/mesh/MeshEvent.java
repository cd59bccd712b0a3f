package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.ContextId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import dev.fugitive.client.signalling.ConnectionId;
import dev.fugitive.client.transport.Signal;
import java.util.List;
import java.util.Set;

/** Everything that {@link MeshCore} is told. What came from a peer was verified before. */
sealed interface MeshEvent {
  /** Time has passed. */
  record Tick() implements MeshEvent {}

  /** The rendezvous is there. */
  record RendezvousJoined() implements MeshEvent {}

  /** The rendezvous is not there any more. */
  record RendezvousLost() implements MeshEvent {}

  /** The rendezvous named peers. */
  record PeersHeard(List<PeerInfo> peers) implements MeshEvent {}

  /** The rendezvous says that a peer left it. */
  record PeerGone(PeerId peer) implements MeshEvent {}

  /** A peer of ours knows another one that we have use for, and would carry our offer. */
  record Introduced(PeerId peer, PeerId through) implements MeshEvent {}

  /** A peer offers a link. */
  record OfferHeard(PeerId peer, ConnectionId connection, Signal.Description offer)
      implements MeshEvent {}

  /** A peer answers an offer. */
  record AnswerHeard(PeerId peer, ConnectionId connection, Signal.Description answer)
      implements MeshEvent {}

  /** A peer will not go on with a connection. */
  record DeclineHeard(PeerId peer, ConnectionId connection, String reason) implements MeshEvent {}

  /** A link is open and the peer's Hello has been read. */
  record Greeted(PeerId peer, ConnectionId connection) implements MeshEvent {}

  /** A link is closed, whoever closed it. */
  record LinkClosed(PeerId peer, ConnectionId connection, String reason) implements MeshEvent {}

  /** A peer lied. */
  record Lied(PeerId peer, String reason) implements MeshEvent {}

  /** The user wants no link to a peer. */
  record KeptAway(PeerId peer, String reason, long lastsNanos) implements MeshEvent {}

  /** The user forgives a peer. */
  record Pardoned(PeerId peer) implements MeshEvent {}

  /** What we have fetched from lately. */
  record ContextsChanged(List<ContextId> contexts) implements MeshEvent {}

  /** How the open links are doing. */
  record Measured(List<Vitals> vitals) implements MeshEvent {}

  /** Links that work and should be replaced. */
  record Retiring(Set<ConnectionId> connections) implements MeshEvent {}

  /** How one open link is doing: bytes count payload, not pings. */
  record Vitals(ConnectionId connection, long roundTripNanos, long totalBytes) {}
}
