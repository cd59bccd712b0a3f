package dev.fugitive.proxy.control.api;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import dev.fugitive.proxy.control.live.Flow;
import dev.fugitive.proxy.control.live.LiveView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code GET bytes}: what came from where, a second, today and this month, and what was given. */
public record BytesRoute(LiveView live) implements ApiRoute {
  @Override
  public Endpoint endpoint() {
    return Endpoint.open("bytes");
  }

  @Override
  public Object answer(ApiRequest request) {
    return Map.of(
        "perSecond", members(live.perSecondNow()),
        "today", members(live.flowedToday()),
        "month", members(live.flowedThisMonth()),
        "seconds", live.seconds().stream().map(BytesRoute::figures).toList());
  }

  /** The bytes by name, and the share of them that did not come from the origin. */
  private static Map<String, Object> members(Flow flow) {
    Map<String, Object> members = new HashMap<>(flow.named());
    long all = 0;
    for (Provenance place : Provenance.values()) {
      all += flow.from(place);
    }
    if (all > 0) {
      members.put("notFromOrigin", 1 - (double) flow.from(Provenance.ORIGIN) / all);
    }
    return members;
  }

  /** In the order of {@link Provenance}, then what was sent. */
  private static List<Long> figures(Flow flow) {
    return new ArrayList<>(flow.named().values());
  }
}
