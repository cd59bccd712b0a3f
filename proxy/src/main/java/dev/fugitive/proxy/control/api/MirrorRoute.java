package dev.fugitive.proxy.control.api;

import dev.fugitive.client.mirror.Mirror;
import dev.fugitive.client.mirror.MirrorStatus;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code GET mirror}: what is kept here, and how far other mirrors are with what they were told.
 */
public record MirrorRoute(Supplier<Optional<Mirror>> mirror) implements ApiRoute {
  @Override
  public Endpoint endpoint() {
    return Endpoint.secret("mirror");
  }

  @Override
  public Object answer(ApiRequest request) throws ApiException {
    try {
      return json(running(mirror).status());
    } catch (IOException e) {
      throw ApiException.impossible(String.valueOf(e.getMessage()));
    }
  }

  static Mirror running(Supplier<Optional<Mirror>> mirror) throws ApiException {
    Optional<Mirror> running = mirror.get();
    if (running.isEmpty()) {
      throw ApiException.impossible(
          "the mirror is off: its logs cannot be used; the proxy's own log says why");
    }
    return running.get();
  }

  private static Map<String, Object> json(MirrorStatus status) {
    return Map.of(
        "sources", status.sources().stream().map(MirrorRoute::json).toList(),
        "sent", status.sent().stream().map(MirrorRoute::json).toList());
  }

  private static Map<String, Object> json(MirrorStatus.Source source) {
    return Map.of(
        "url", source.source().url(),
        "kind", source.source().kind().name().toLowerCase(Locale.ROOT),
        "wanted", source.wanted(),
        "here", source.here(),
        "failing", source.failing(),
        "leftOut", source.leftOut(),
        "bytes", source.lengthBytes(),
        "checked", Optional.of(source.checked()).filter(Instant.EPOCH::isBefore),
        "trouble", source.trouble(),
        "words", source.words());
  }

  private static Map<String, Object> json(MirrorStatus.Sent sent) {
    return Map.of(
        "id", sent.id().hex(),
        "mirror", sent.mirror().toString(),
        "order", sent.verb().toLowerCase(Locale.ROOT),
        "url", sent.url(),
        "state", sent.state().toLowerCase(Locale.ROOT),
        "detail", sent.detail());
  }
}
