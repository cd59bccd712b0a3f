package dev.fugitive.proxy.control.api;

import dev.fugitive.client.fetch.Explanation;
import dev.fugitive.client.fetch.Explanation.Step;
import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.trust.Why;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import okhttp3.HttpUrl;

/** {@code GET explain}: why a URL would come from where it would come, step by step. */
public record ExplainRoute(FugitiveNode node) implements ApiRoute {
  @Override
  public Endpoint endpoint() {
    return Endpoint.secret("explain");
  }

  @Override
  public Object answer(ApiRequest request) throws ApiException {
    String expected = "an http or https URL";
    String text = request.require("url", expected);
    HttpUrl url = HttpUrl.parse(text);
    if (url == null) {
      throw ApiException.malformed("url: " + text + " (expected: " + expected + ")");
    }
    try {
      Explanation explanation = node.explain(url);
      return Map.of(
          "url", explanation.url(),
          "fromPeers", explanation.fromPeers(),
          "why", explanation.why().map(Why::token),
          "steps", explanation.steps().stream().map(ExplainRoute::members).toList());
    } catch (IOException failure) {
      throw ApiException.impossible("cannot be explained now: " + failure.getMessage());
    }
  }

  private static Map<String, Object> members(Step step) {
    return switch (step) {
      case Step.InCache cache ->
          Map.of(
              "step", "cache",
              "decision", cache.decision(),
              "cacheStatus", cache.cacheStatus(),
              "held", cache.held(),
              "freshForSeconds", cache.freshFor().map(Duration::toSeconds));
      case Step.MayAsk may ->
          Map.of(
              "step",
              "sharing",
              "against",
              may.against().map(no -> no.name().toLowerCase(Locale.ROOT).replace('_', '-')));
      case Step.Known known ->
          Map.of("step", "evidence", "named", known.named(), "contradicted", known.contradicted());
      case Step.PeersOff(String reason) -> Map.of("step", "peers-off", "reason", reason);
      case Step.Peers peers ->
          Map.of(
              "step", "peers",
              "open", peers.open(),
              "anybodyShares", peers.anybodyShares(),
              "holders", peers.holders(),
              "reaching", peers.reaching());
      case Step.Plan plan ->
          Map.of(
              "step", "plan",
              "outcome", plan.outcome(),
              "holders", plan.holders(),
              "relays", plan.relays());
      case Step.Refused(String reason, boolean isLoop) ->
          Map.of("step", "origin", "refused", reason, "loop", isLoop);
      case Step.Policy(String name) -> Map.of("step", "policy", "name", name);
    };
  }
}
