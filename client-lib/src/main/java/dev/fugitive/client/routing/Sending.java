package dev.fugitive.client.routing;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.mesh.PeerSession;
import java.util.Optional;

/** Sends contents that peers asked for together with a question. */
public interface Sending {
  /**
   * Begins to give a peer a content in a transfer of the peer's, as if it had been opened.
   *
   * @return what asks for all of it, to be run when the peer has been told; empty where it gets no
   *     slot
   */
  Optional<Runnable> begin(PeerSession session, int transferId, ContentId content);
}
