package dev.fugitive.client.fetch;

import dev.fugitive.cache.index.IndexStatus;
import dev.fugitive.cache.store.StoreStatus;
import dev.fugitive.client.evidence.DocumentStatus;
import dev.fugitive.client.evidence.TrustStatus;
import dev.fugitive.client.limits.UploadStanding;
import dev.fugitive.client.peer.PeerId;

/**
 * What a node has, does and did, at one moment.
 *
 * @param peerId its name among peers
 * @param uploads what it may give to peers, and whether it does now or why not
 * @param contents what its store holds and may hold
 * @param representations which answers it remembers
 * @param fetches counts since its start, which go on
 * @param documents what documents said about other URLs
 * @param trust whose vouchers count, and what came of them
 * @param peers what its peers are doing, or why it has none
 */
public record NodeStatus(
    PeerId peerId,
    UploadStanding uploads,
    StoreStatus contents,
    IndexStatus representations,
    FetchTotals fetches,
    DocumentStatus documents,
    TrustStatus trust,
    PeerStatus peers) {
  /**
   * Whether its user lets it give to peers, be it now or at another time.
   *
   * @return what their policy says
   */
  public boolean sharing() {
    return uploads.policy().sharing();
  }
}
