package dev.fugitive.client.routing;

import dev.fugitive.client.mesh.PeerSession;

/**
 * What a peer answered; nothing in it is proven yet.
 *
 * @param through whether the answer is that of a peer of this peer, who only passed it on
 * @param <A> a voucher's bytes, or a content
 */
public record Answer<A>(PeerSession session, boolean through, A value) {}
