package dev.fugitive.client.fetch;

import dev.fugitive.client.trust.NotShareableReason;
import dev.fugitive.client.trust.Why;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Why a URL would come from where it would come, now: what was found at each step of the path.
 *
 * @param fromPeers whether peers would give its bytes, if it were not in the cache
 * @param why not from peers, as {@code Fugitive-Source} would say
 */
public record Explanation(String url, List<Step> steps, boolean fromPeers, Optional<Why> why) {
  public Explanation {
    steps = List.copyOf(steps);
  }

  /** What was found at one step. */
  public sealed interface Step {
    /**
     * What the cache would do.
     *
     * @param decision its name: serve, serve-stale, serve-not-modified, revalidate, validate-any,
     *     fill, forward, unsatisfiable
     * @param cacheStatus as RFC 9211 has it
     * @param held whether the body of what is stored is here
     * @param freshFor how long what is stored may be given without asking, negative where it is
     *     stale; empty where nothing is stored
     */
    record InCache(String decision, String cacheStatus, boolean held, Optional<Duration> freshFor)
        implements Step {}

    /** Whether the request may be shown to peers, or what speaks against that. */
    record MayAsk(Optional<NotShareableReason> against) implements Step {}

    /**
     * What is known of the content before anybody is asked.
     *
     * @param named by what: the URL, a document that was read, our own past
     * @param contradicted whether two documents name digests that cannot both be right
     */
    record Known(List<String> named, boolean contradicted) implements Step {
      public Known {
        named = List.copyOf(named);
      }
    }

    /** There are no peers, for this reason. */
    record PeersOff(String reason) implements Step {}

    /**
     * Who says to have it, by the filters that peers have sent.
     *
     * @param open peers that a link is open to
     * @param anybodyShares whether one of them gives at all
     * @param holders those that say they have this URL
     * @param reaching those that say a peer of theirs has it
     */
    record Peers(int open, boolean anybodyShares, int holders, int reaching) implements Step {}

    /**
     * What the search for evidence and holders came to, in which peers were asked as for a fetch.
     *
     * @param outcome without-peers, by-root, by-manifest, by-digest or by-origins-digest
     * @param holders peers that would give it
     * @param relays peers through which it would come
     */
    record Plan(String outcome, int holders, int relays) implements Step {}

    /**
     * The origin's address is one that is not connected to, and so the request is refused.
     *
     * @param isLoop because the proxy itself listens there
     */
    record Refused(String reason, boolean isLoop) implements Step {}

    /** What peers are for: offload or latency. */
    record Policy(String name) implements Step {}
  }
}
