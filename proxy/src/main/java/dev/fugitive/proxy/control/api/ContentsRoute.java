package dev.fugitive.proxy.control.api;

import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.fetch.HeldEntry;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import java.util.List;
import java.util.Map;

/** {@code GET contents}: what is here, the longest first, and who else has it. */
public record ContentsRoute(FugitiveNode node) implements ApiRoute {
  private static final int MAX_LIMIT = 500;
  private static final int USUAL_LIMIT = 50;
  private static final int MAX_FROM = 10_000_000;

  @Override
  public Endpoint endpoint() {
    return Endpoint.secret("contents");
  }

  @Override
  public Object answer(ApiRequest request) throws ApiException {
    int from = request.number("from", 0, MAX_FROM);
    int limit = request.number("limit", USUAL_LIMIT, MAX_LIMIT);
    List<Map<String, Object>> contents =
        node.contents(from, limit).stream().map(ContentsRoute::members).toList();
    return Map.of("contents", contents, "total", node.status().contents().contents());
  }

  private static Map<String, Object> members(HeldEntry entry) {
    return Map.of(
        "id", entry.content(),
        "lengthBytes", entry.content().length(),
        "urls", entry.urls(),
        "seeders", Map.of("tier1", entry.holders(), "throughTier1", entry.reaching()));
  }
}
