package dev.fugitive.proxy.control.api;

import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;

/** {@code POST purge}: forgets what is stored for one URL, or all of it. */
public record PurgeRoute(Controls controls) implements ApiRoute {
  @Override
  public Endpoint endpoint() {
    return Endpoint.changing("purge");
  }

  @Override
  public Object answer(ApiRequest request) throws ApiException {
    Optional<String> url = request.body().text("url");
    boolean all = request.body().truth("all").orElse(false);
    if (url.isPresent() == all) {
      throw ApiException.malformed("purge: what (expected: either url, or all: true)");
    }
    if (url.isPresent() && HttpUrl.parse(url.get()) == null) {
      throw ApiException.malformed("url: " + url.get() + " (expected: an http or https URL)");
    }
    try {
      return url.isPresent()
          ? Map.of("answers", controls.purge(url.get()))
          : Map.of("contents", controls.purgeAll());
    } catch (IOException undeleted) {
      throw ApiException.impossible("not all could be deleted: " + undeleted.getMessage());
    }
  }
}
