package dev.fugitive.client.fetch;

import dev.fugitive.client.mesh.MeshStatus;
import dev.fugitive.client.routing.RoutingStatus;
import dev.fugitive.client.transfer.upload.UploadStatus;

/** What a node's peers are doing, or why it has none. */
public sealed interface PeerStatus {
  /**
   * Peers can be reached.
   *
   * @param mesh the links that are open
   * @param routing what the peers say to hold
   * @param uploads what is being given to them
   */
  record On(MeshStatus mesh, RoutingStatus routing, UploadStatus uploads) implements PeerStatus {}

  /**
   * They cannot.
   *
   * @param reason for the user, with what would help
   */
  record Off(String reason) implements PeerStatus {}
}
