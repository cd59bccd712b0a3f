package dev.fugitive.proxy.control.api;

import dev.fugitive.client.mirror.Mirror;
import dev.fugitive.client.mirror.MirrorSource;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import dev.fugitive.proxy.control.JsonObject;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import okio.ByteString;

/**
 * {@code POST mirror}: has something kept, or kept no longer, here or on another mirror; answered
 * when the order is in a log.
 */
public record ChangeMirrorRoute(Supplier<Optional<Mirror>> mirror) implements ApiRoute {
  @Override
  public Endpoint endpoint() {
    return Endpoint.changing("mirror");
  }

  @Override
  public Object answer(ApiRequest request) throws ApiException {
    Mirror running = MirrorRoute.running(mirror);
    try {
      return Map.of("id", order(running, request.body()).hex());
    } catch (IOException e) {
      throw ApiException.impossible(String.valueOf(e.getMessage()));
    }
  }

  private static ByteString order(Mirror mirror, JsonObject body) throws ApiException, IOException {
    Optional<PeerId> on = body.text("on").isPresent() ? Optional.of(key(body)) : Optional.empty();
    String order = body.requireText("order");
    return switch (order) {
      case "add" -> mirror.add(source(body), on);
      case "remove" -> mirror.remove(source(body), on);
      case "status" -> mirror.ask(key(body));
      default ->
          throw ApiException.malformed("order: " + order + " (expected: add, remove or status)");
    };
  }

  private static MirrorSource source(JsonObject body) throws ApiException {
    String kind = body.text("kind").orElse("content");
    String url = body.requireText("url");
    try {
      return MirrorSource.of(MirrorSource.Kind.valueOf(kind.toUpperCase(Locale.ROOT)), url);
    } catch (IllegalArgumentException malformed) {
      String words = String.valueOf(malformed.getMessage());
      throw ApiException.malformed(
          words.startsWith("URL")
              ? words
              : "kind: " + kind + " (expected: content, list or manifest)");
    }
  }

  private static PeerId key(JsonObject body) throws ApiException {
    String key = body.requireText("on");
    try {
      return PeerId.parse(key);
    } catch (IllegalArgumentException malformed) {
      throw ApiException.malformed("on: " + key + " (expected: ed25519:BASE64)");
    }
  }
}
