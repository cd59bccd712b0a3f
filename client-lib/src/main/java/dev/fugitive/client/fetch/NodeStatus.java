package dev.fugitive.client.fetch;

import dev.fugitive.cache.index.IndexStatus;
import dev.fugitive.cache.store.StoreStatus;
import dev.fugitive.client.peer.PeerId;

/**
 * What a node has, does and did, at one moment.
 *
 * @param peerId its name among peers
 * @param sharing whether it gives to peers
 * @param contents what its store holds and may hold
 * @param representations which answers it remembers
 * @param fetches counts since its start, which go on
 * @param peers what its peers are doing, or why it has none
 */
public record NodeStatus(
    PeerId peerId,
    boolean sharing,
    StoreStatus contents,
    IndexStatus representations,
    FetchTotals fetches,
    PeerStatus peers) {}
