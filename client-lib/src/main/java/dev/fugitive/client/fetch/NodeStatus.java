package dev.fugitive.client.fetch;

import dev.fugitive.cache.index.IndexStatus;
import dev.fugitive.cache.store.StoreStatus;
import dev.fugitive.client.peer.PeerId;

/** What a node has, does and did, at one moment. */
public record NodeStatus(
    PeerId peerId,
    boolean sharing,
    StoreStatus contents,
    IndexStatus representations,
    FetchTotals fetches,
    PeerStatus peers) {}
