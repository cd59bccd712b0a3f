/**
 * Who has a thing: holdings digests of tier-1 peers, and questions by hash.
 *
 * <p>{@link dev.fugitive.client.routing.Routing} is the way in. What this node may share comes from
 * a {@code HoldingsSource} into {@code OwnHoldings}: one Bloom filter ({@code HoldingsFilter}) with
 * a log of the bits set since. Each session ({@code PeerRoute}) has a publisher that sends the
 * filter when the session opens and the log's tail whenever there is one; {@code FilterUpkeep}
 * builds it anew where it is outgrown. What a peer sends in turn passes {@code Listening}, which
 * holds it to its limits, and is kept in its {@code PeerHoldings}.
 *
 * <p>To find a thing, {@code Asking} takes those peers whose filter says yes, the likeliest first,
 * asks them at once and waits in a {@code Poll}. {@code Answering} does the other side, out of
 * {@code ResourceAnswers}. A filter's false hit costs one question and is remembered for half a
 * minute.
 *
 * <p>{@code SecondTier} does the same one hop further. Each session's {@code NearbyPublisher}
 * passes on the filters of our other peers, {@code Neighbours} keeps what a peer passes on to us,
 * and a {@code Target} is whoever is asked: a peer, or through it a peer of that peer.
 */
@NullMarked
package dev.fugitive.client.routing;

import org.jspecify.annotations.NullMarked;
