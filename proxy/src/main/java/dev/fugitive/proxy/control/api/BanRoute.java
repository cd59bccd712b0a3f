package dev.fugitive.proxy.control.api;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import dev.fugitive.proxy.control.JsonObject;
import java.time.Duration;
import java.util.Map;

/** {@code POST ban}: keeps a peer away. */
public record BanRoute(Controls controls) implements ApiRoute {
  private static final long MAX_HOURS = 24 * 366;
  private static final int MAX_REASON = 200;

  @Override
  public Endpoint endpoint() {
    return Endpoint.changing("ban");
  }

  @Override
  public Object answer(ApiRequest request) throws ApiException {
    PeerId peer = peer(request.body());
    String reason = request.body().text("reason").orElse("by the user");
    if (reason.length() > MAX_REASON) {
      throw ApiException.malformed(
          "reason: " + reason.length() + " characters (expected: at most " + MAX_REASON + ")");
    }
    long hours = request.body().number("hours").orElse(MAX_HOURS);
    if (hours < 1 || hours > MAX_HOURS) {
      throw ApiException.malformed("hours: " + hours + " (expected: 1 to " + MAX_HOURS + ")");
    }
    if (!controls.ban(peer, reason, Duration.ofHours(hours))) {
      throw ApiException.impossible("peers are off: there is nobody to ban");
    }
    return Map.of("banned", peer);
  }

  /** The peer that a request names. */
  static PeerId peer(JsonObject body) throws ApiException {
    String key = body.requireText("key");
    try {
      return PeerId.parse(key);
    } catch (IllegalArgumentException malformed) {
      throw ApiException.malformed("key: " + key + " (expected: ed25519:BASE64)");
    }
  }
}
