package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.ConnectionId;
import dev.fugitive.client.signalling.Presence;
import dev.fugitive.client.transport.Signal;

/** Everything that {@link MeshCore} wants done. */
sealed interface MeshAction {
  /** Start a link to a peer and have the offer carried there. */
  record Offer(PeerId peer, ConnectionId connection) implements MeshAction {}

  /** The same, where a peer carries the offer and no rendezvous does. */
  record OfferThrough(PeerId peer, ConnectionId connection, PeerId through) implements MeshAction {}

  /** Start a link for a peer's offer and have the answer carried there. */
  record Answer(PeerId peer, ConnectionId connection, Signal.Description offer)
      implements MeshAction {}

  /** Give a peer's answer to the link that offered. */
  record Accept(PeerId peer, ConnectionId connection, Signal.Description answer)
      implements MeshAction {}

  /** Tell a peer that we will not go on with a connection. */
  record Decline(PeerId peer, ConnectionId connection, String reason) implements MeshAction {}

  /** The link is a session now: let its messages through. */
  record Admit(PeerId peer, ConnectionId connection) implements MeshAction {}

  /** Close a link, where there still is one. */
  record Close(PeerId peer, ConnectionId connection, String reason) implements MeshAction {}

  /** Tell the rendezvous about us, and hear of peers. */
  record Announce(Presence presence) implements MeshAction {}
}
