package dev.fugitive.client.routing;

import java.util.List;

/**
 * What routing did since it was made.
 *
 * @param peers sessions open now
 * @param known those of them whose holdings are known
 * @param asked questions sent
 * @param falseHits answers without what the filter promised, silence included
 * @param lateAnswers answers that nobody waited for any more
 * @param answered questions of others answered
 * @param expelled sessions closed because of too many messages, or wrong ones
 * @param nearby filters known of peers' peers
 * @param routes one for each session
 */
public record RoutingStatus(
    int peers,
    int known,
    long asked,
    long falseHits,
    long lateAnswers,
    long answered,
    long expelled,
    int nearby,
    List<RouteStatus> routes) {
  public RoutingStatus {
    routes = List.copyOf(routes);
  }
}
