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
import java.util.stream.Stream;

/**
 * {@code POST cache/purge}: forgets a URL; or what was stored so long ago and is not pinned, with
 * an age of 0 all that is not; or everything.
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
    boolean all = request.body().truth("all").orElse(false);
    if (Stream.of(url.isPresent(), age.isPresent(), all).filter(given -> given).count() != 1) {
      throw ApiException.malformed(
          "purge: what (expected: one of url, olderThanSeconds, and all: true)");
    }
    long seconds = age.orElse(0L);
    if (seconds < 0 || seconds > MAX_AGE_SECONDS) {
      throw ApiException.malformed(
          "olderThanSeconds: " + seconds + " (expected: 0 to " + MAX_AGE_SECONDS + ")");
    }
    try {
      Stock.Purged purged = all ? stock.purgeAll() : purge(url, seconds);
      return Map.of(
          "answers", purged.answers(),
          "contents", purged.contents(),
          "bytes", purged.bytes(),
          "pinned", purged.pinned());
    } catch (IOException undeleted) {
      throw ApiException.impossible("not all could be deleted: " + undeleted.getMessage());
    }
  }

  private Stock.Purged purge(Optional<String> url, long seconds) throws IOException, ApiException {
    return url.isPresent()
        ? stock.purge(StockPinRoute.checked(url.get()))
        : stock.purgeStoredBefore(seconds == 0 ? Instant.MAX : Instant.now().minusSeconds(seconds));
  }
}
