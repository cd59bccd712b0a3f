package dev.fugitive.proxy.control.api;

import dev.fugitive.client.fetch.Stock;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import java.io.IOException;
import java.util.Map;
import okhttp3.HttpUrl;

/** {@code POST cache/pin}: keeps the bodies of a URL, or lets them go again. */
public record StockPinRoute(Stock stock) implements ApiRoute {
  @Override
  public Endpoint endpoint() {
    return Endpoint.changing("cache/pin");
  }

  @Override
  public Object answer(ApiRequest request) throws ApiException {
    String url = checked(request.body().requireText("url"));
    boolean pinned = request.body().requireTruth("pinned");
    try {
      int contents = pinned ? stock.pin(url) : stock.unpin(url);
      if (contents == 0) {
        throw ApiException.notFound(
            url
                + (pinned
                    ? ": not in the cache (expected: a URL that was fetched and kept)"
                    : ": not pinned"));
      }
      return Map.of("contents", contents);
    } catch (IOException refused) {
      throw ApiException.impossible(String.valueOf(refused.getMessage()));
    }
  }

  /** A URL as the cache knows it. */
  static String checked(String text) throws ApiException {
    HttpUrl url = HttpUrl.parse(text);
    if (url == null) {
      throw ApiException.malformed("url: " + text + " (expected: an http or https URL)");
    }
    return url.newBuilder().fragment(null).build().toString();
  }
}
