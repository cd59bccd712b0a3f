package dev.fugitive.proxy.control.api;

import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import dev.fugitive.proxy.control.StatusSource;
import dev.fugitive.proxy.control.StatusText;

/** {@code GET status}: the node's state, as {@code /status} has it. */
public record StatusRoute(StatusSource status) implements ApiRoute {
  @Override
  public Endpoint endpoint() {
    return Endpoint.open("status");
  }

  @Override
  public Object answer(ApiRequest request) {
    return StatusText.members(status.report());
  }
}
