package dev.fugitive.client.routing;

import dev.fugitive.client.mesh.PeerSession;
import java.util.List;
import java.util.Optional;

/** Which one of those who are asked for a resource is to send it at once, if it is small. */
public interface Wish {
  /** Nobody. */
  Wish NONE = peers -> Optional.empty();

  /** A peer, and the transfer in which it may send so many chunks at most. */
  record Sender(PeerSession session, int transferId, int maxChunks) {}

  /** Chooses among peers that can. */
  Optional<Sender> choose(List<PeerSession> peers);
}
