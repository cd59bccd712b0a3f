package dev.fugitive.client.fetch;

import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.Why;
import java.util.Map;

/**
 * How much of what came from outside, from peers or origins, could have been proven, so that a peer
 * may give it.
 *
 * @param evidenced body bytes of which something states what they are, by what that is
 * @param lacking body bytes of which nothing does, by the reason that the search ended for
 */
public record Coverage(Map<EvidenceSource, Long> evidenced, Map<Why, Long> lacking) {
  public Coverage {
    evidenced = Map.copyOf(evidenced);
    lacking = Map.copyOf(lacking);
  }
}
