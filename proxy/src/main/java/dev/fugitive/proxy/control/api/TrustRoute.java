package dev.fugitive.proxy.control.api;

import dev.fugitive.client.evidence.TrustStatus;
import dev.fugitive.client.fetch.NodeStatus;
import dev.fugitive.client.trust.Contradiction;
import dev.fugitive.client.trust.TrustedKey;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code GET trust}: the keys whose vouchers are believed, and what contradicted each other.
 *
 * @param node the node's state
 */
public record TrustRoute(Supplier<NodeStatus> node) implements ApiRoute {
  @Override
  public Endpoint endpoint() {
    return Endpoint.secret("trust");
  }

  @Override
  public Object answer(ApiRequest request) {
    NodeStatus status = node.get();
    return Map.of(
        "own", status.peerId(),
        "trusted", status.trust().keys().stream().map(TrustRoute::trusted).toList(),
        "contradictions",
            status.trust().contradictions().stream().map(TrustRoute::contradiction).toList());
  }

  private static Map<String, Object> trusted(TrustStatus.Entry entry) {
    TrustedKey key = entry.key();
    return Map.of(
        "key", key.key(),
        "shortName", key.key().shortName(),
        "name", key.shownName(),
        "since", key.since(),
        "fixed", entry.fixed(),
        "vouchers", entry.followed());
  }

  private static Map<String, Object> contradiction(Contradiction contradiction) {
    return Map.of(
        "at", contradiction.at(),
        "url", contradiction.url(),
        "signers", contradiction.signers(),
        "documents", contradiction.documents());
  }
}
