package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import java.util.Optional;

/** Knows peers of our peers: links us to them, and learns who did not have what was said. */
public interface PeerDirectory {
  /** Links us to nobody. */
  PeerDirectory NONE = (peer, through) -> Optional.empty();

  /**
   * The session with a peer, where there is one; otherwise a link is sought, and the offers are
   * carried by a peer that both have a session with.
   */
  Optional<PeerSession> meet(PeerId peer, PeerSession through);

  /** Through this peer a content could not be had, whatever it told of its peers. */
  default void missed(PeerSession through, ContentId content) {}
}
