package dev.fugitive.proxy.control.api;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.fetch.Stock;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import okio.ByteString;

/**
 * {@code POST cache/verify}: reads some contents anew and checks them; the answer says where to go
 * on.
 */
public record StockVerifyRoute(Stock stock) implements ApiRoute {
  private static final long BYTES_AT_ONCE = 64L << 20;

  @Override
  public Endpoint endpoint() {
    return Endpoint.changing("cache/verify");
  }

  @Override
  public Object answer(ApiRequest request) throws ApiException {
    Optional<String> text = request.body().text("after");
    Optional<ContentId> after =
        text.isPresent() ? Optional.of(content(text.get())) : Optional.empty();
    try {
      Stock.Verified verified = stock.verify(after, BYTES_AT_ONCE);
      return Map.of(
          "contents", verified.contents(),
          "bytes", verified.bytes(),
          "damaged", verified.damaged().stream().map(StockRoute::members).toList(),
          "next", verified.next().map(StockVerifyRoute::text));
    } catch (IOException unreadable) {
      throw ApiException.impossible("cannot be read: " + unreadable.getMessage());
    }
  }

  private static String text(ContentId id) {
    return id.root().hex() + "-" + id.length();
  }

  private static ContentId content(String text) throws ApiException {
    if (!text.matches("[0-9a-f]{64}-[0-9]{1,12}")) {
      throw ApiException.malformed("after: " + text + " (expected: ROOT-LENGTH)");
    }
    return new ContentId(
        ByteString.decodeHex(text.substring(0, 64)), Long.parseLong(text.substring(65)));
  }
}
