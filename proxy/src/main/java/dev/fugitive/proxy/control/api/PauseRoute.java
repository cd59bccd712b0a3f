package dev.fugitive.proxy.control.api;

import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code POST limits/pause}: stops uploads at once, for {@code seconds}, or until they are resumed.
 */
public record PauseRoute(UploadControls controls) implements ApiRoute {
  private static final long MAX_SECONDS = Duration.ofDays(366).toSeconds();

  @Override
  public Endpoint endpoint() {
    return Endpoint.changing("limits/pause");
  }

  @Override
  public Object answer(ApiRequest request) throws ApiException {
    Optional<Long> seconds = request.body().number("seconds");
    if (seconds.filter(count -> count < 1 || count > MAX_SECONDS).isPresent()) {
      throw ApiException.malformed(
          "seconds: " + seconds.get() + " (expected: 1 to " + MAX_SECONDS + ")");
    }
    try {
      controls.pause(seconds.map(Duration::ofSeconds));
    } catch (IOException notRemembered) {
      throw ApiException.impossible(String.valueOf(notRemembered.getMessage()));
    }
    return controls.report();
  }
}
