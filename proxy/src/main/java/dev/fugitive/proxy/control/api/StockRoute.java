package dev.fugitive.proxy.control.api;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.fetch.Seeders;
import dev.fugitive.client.fetch.Stock;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** {@code GET cache}: what is in the cache, the longest first, in pages, and who else has it. */
public record StockRoute(Stock stock, Function<ContentId, Seeders> seeders) implements ApiRoute {
  private static final int MAX_LIMIT = 1000;
  private static final int USUAL_LIMIT = 50;
  private static final int MAX_FROM = 10_000_000;

  /** All that a cache can be asked and told. */
  public static List<ApiRoute> all(Stock stock, Function<ContentId, Seeders> seeders) {
    return List.of(
        new StockRoute(stock, seeders),
        new StockVerifyRoute(stock),
        new StockPurgeRoute(stock),
        new StockPinRoute(stock));
  }

  @Override
  public Endpoint endpoint() {
    return Endpoint.secret("cache");
  }

  @Override
  public Object answer(ApiRequest request) throws ApiException {
    int from = request.number("from", 0, MAX_FROM);
    int limit = request.number("limit", USUAL_LIMIT, MAX_LIMIT);
    boolean pinnedOnly = request.parameter("pinned").orElse("").equals("true");
    String part = request.parameter("match").orElse("");
    return Map.of(
        "contents",
        stock.list(part, pinnedOnly, from, limit).stream().map(this::withSeeders).toList(),
        "total",
        stock.size());
  }

  private Map<String, Object> withSeeders(Stock.Item item) {
    Seeders who = seeders.apply(item.content());
    Map<String, Object> members = new HashMap<>(members(item));
    members.put("seeders", Map.of("tier1", who.holders(), "throughTier1", who.reaching()));
    return members;
  }

  static Map<String, Object> members(Stock.Item item) {
    return Map.of(
        "id", item.content(),
        "lengthBytes", item.content().length(),
        "pinned", item.pinned(),
        "answers", item.answers().stream().map(StockRoute::members).toList());
  }

  private static Map<String, Object> members(Stock.Answer answer) {
    Map<String, Object> members = new HashMap<>();
    members.put("url", answer.url());
    members.put("status", answer.status());
    members.put("stored", answer.stored());
    members.put("ageSeconds", answer.age().toSeconds());
    members.put("freshForSeconds", answer.freshFor().toSeconds());
    members.put("vouched", answer.signer().isPresent());
    answer.signer().ifPresent(signer -> members.put("signer", signer));
    return members;
  }
}
