package dev.fugitive.proxy.control.api;

import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import java.io.IOException;

/** {@code POST limits/resume}: ends a pause of uploads. */
public record ResumeRoute(UploadControls controls) implements ApiRoute {
  @Override
  public Endpoint endpoint() {
    return Endpoint.changing("limits/resume");
  }

  @Override
  public Object answer(ApiRequest request) throws ApiException {
    try {
      controls.resume();
    } catch (IOException notRemembered) {
      throw ApiException.impossible(String.valueOf(notRemembered.getMessage()));
    }
    return controls.report();
  }
}
