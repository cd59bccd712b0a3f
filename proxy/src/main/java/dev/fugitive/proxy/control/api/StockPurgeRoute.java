package dev.fugitive.proxy.control.api;

import dev.fugitive.client.fetch.Stock;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * {@code POST cache/purge}: forgets a URL, or all that was stored so long ago; with an age of 0 all
 * that is not pinned.
 */
public record StockPurgeRoute(Stock stock) implements ApiRoute {
  private static final long MAX_AGE_SECONDS = Duration.ofDays(36_500).toSeconds();

  @Override
  public Endpoint endpoint() {
    return Endpoint.changing("cache/purge");
  }

  @Override
  public Object answer(ApiRequest request) throws ApiException {
    Optional<String> url = request.body().text("url");
    Optional<Long> age = request.body().number("olderThanSeconds");
    if (url.isPresent() == age.isPresent()) {
      throw ApiException.malformed("purge: what (expected: either url or olderThanSeconds)");
    }
    long seconds = age.orElse(0L);
    if (seconds < 0 || seconds > MAX_AGE_SECONDS) {
      throw ApiException.malformed(
          "olderThanSeconds: " + seconds + " (expected: 0 to " + MAX_AGE_SECONDS + ")");
    }
    try {
      Stock.Purged purged =
          url.isPresent()
              ? stock.purge(StockPinRoute.checked(url.get()))
              : stock.purgeStoredBefore(
                  seconds == 0 ? Instant.MAX : Instant.now().minusSeconds(seconds));
      return Map.of(
          "contents", purged.contents(), "bytes", purged.bytes(), "pinned", purged.pinned());
    } catch (IOException undeleted) {
      throw ApiException.impossible("not all could be deleted: " + undeleted.getMessage());
    }
  }
}
