package dev.fugitive.proxy.control.api;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code GET trust}: the keys whose vouchers are believed.
 *
 * @param own the node's own key
 */
public record TrustRoute(PeerId own, Set<PeerId> trusted) implements ApiRoute {
  @Override
  public Endpoint endpoint() {
    return Endpoint.secret("trust");
  }

  @Override
  public Object answer(ApiRequest request) {
    List<Map<String, Object>> keys =
        new TreeSet<>(trusted)
            .stream()
                .map(key -> Map.<String, Object>of("key", key, "shortName", key.shortName()))
                .toList();
    return Map.of("own", own, "trusted", keys);
  }
}
