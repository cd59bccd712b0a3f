package dev.fugitive.client.routing;

import dev.fugitive.client.mesh.PeerSession;

/**
 * What a peer answered; nothing in it is proven yet.
 *
 * @param <A> a voucher's bytes, or a content
 */
public record Answer<A>(PeerSession session, A value) {}
