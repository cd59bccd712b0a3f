package dev.fugitive.client.routing;

import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.FindResource;
import dev.fugitive.client.wire.PeerMessage.FindThrough;

/**
 * Somebody who is worth a question: a peer, or a peer of that peer, who is asked through it.
 *
 * @param neighbour the peer's number for its own peer; {@link #ITSELF} where it is asked itself
 * @param holdings of whoever is asked
 */
record Target(PeerRoute route, int neighbour, PeerHoldings holdings, double likelihood) {
  static final int ITSELF = -1;

  static Target itself(PeerRoute route, double likelihood) {
    return new Target(route, ITSELF, route.holdings(), likelihood);
  }

  PeerSession session() {
    return route.session();
  }

  boolean isThrough() {
    return neighbour != ITSELF;
  }

  /** Asks for vouchers of a resource, named as nobody between can read it. */
  PeerMessage findResource(int questionId, HoldingItem item) {
    return isThrough()
        ? new FindThrough(questionId, neighbour, item.keyed(holdings.salt()))
        : new FindResource(questionId, item.keyed(holdings.salt()));
  }
}
