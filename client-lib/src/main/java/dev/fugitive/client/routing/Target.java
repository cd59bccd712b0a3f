package dev.fugitive.client.routing;

import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.FindAndSend;
import dev.fugitive.client.wire.PeerMessage.FindResource;
import dev.fugitive.client.wire.PeerMessage.FindThrough;
import dev.fugitive.client.wire.PeerMessage.Supports;
import java.util.Optional;
import okio.ByteString;

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

  /** Whether a question would most likely wait in vain. */
  boolean isSilent(long nowNanos) {
    return isThrough() ? route.isSilentAboutOthers(nowNanos) : route.isSilent(nowNanos);
  }

  /** It left a question without an answer although it had all the time there was. */
  void noteSilence(long nowNanos) {
    if (isThrough()) {
      route.noteSilenceOfOthers(nowNanos);
    } else {
      route.noteSilence(nowNanos);
    }
  }

  /** Whether it can be asked to send a small content at once. */
  boolean canSend() {
    return !isThrough() && route.supports(Supports.SENDING);
  }

  /**
   * Asks for vouchers of a resource, named as nobody between can read it; the one who is to send it
   * at once for that, too.
   */
  PeerMessage findResource(int questionId, HoldingItem item, Optional<Wish.Sender> sender) {
    ByteString keyed = item.keyed(holdings.salt());
    if (isThrough()) {
      return new FindThrough(questionId, neighbour, keyed);
    }
    return sender
        .filter(chosen -> chosen.session().equals(session()))
        .<PeerMessage>map(
            chosen -> new FindAndSend(questionId, keyed, chosen.transferId(), chosen.maxChunks()))
        .orElseGet(() -> new FindResource(questionId, keyed));
  }
}
