package dev.fugitive.proxy.control.api;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import java.util.Map;

/** {@code POST pardon}: ends a peer's ban. */
public record PardonRoute(Controls controls) implements ApiRoute {
  @Override
  public Endpoint endpoint() {
    return Endpoint.changing("pardon");
  }

  @Override
  public Object answer(ApiRequest request) throws ApiException {
    PeerId peer = BanRoute.peer(request.body());
    if (!controls.pardon(peer)) {
      throw ApiException.impossible("peers are off: nobody is banned");
    }
    return Map.of("pardoned", peer);
  }
}
