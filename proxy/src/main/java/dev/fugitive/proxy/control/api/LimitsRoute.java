package dev.fugitive.proxy.control.api;

import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;

/** {@code GET limits}: what may be uploaded, and whether it is now or why not. */
public record LimitsRoute(UploadControls controls) implements ApiRoute {
  @Override
  public Endpoint endpoint() {
    return Endpoint.open("limits");
  }

  @Override
  public Object answer(ApiRequest request) {
    return controls.report();
  }
}
