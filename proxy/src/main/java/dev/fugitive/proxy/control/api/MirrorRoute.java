package dev.fugitive.proxy.control.api;

import dev.fugitive.client.mirror.Mirror;
import dev.fugitive.client.mirror.MirrorSource;
import dev.fugitive.client.mirror.MirrorStatus;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code GET mirror}: what is kept here, and how far other mirrors are with what they were told.
 */
public record MirrorRoute(Optional<Mirror> mirror) implements ApiRoute {
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

  /** The mirror, where there is one. */
  static Mirror running(Optional<Mirror> mirror) throws ApiException {
    return mirror.orElseThrow(() ->
        ApiException.impossible(
            "the mirror is off: its logs cannot be used; the proxy's own log says why"));
  }

  private static Map<String, Object> json(MirrorStatus status) {
    return Map.of(
        "sources", status.sources().stream().map(MirrorRoute::json).toList(),
        "sent", status.sent().stream().map(MirrorRoute::json).toList());
  }

  private static Map<String, Object> json(MirrorStatus.Source source) {
    return Map.of(
        "url", source.source().url(),
        "kind", word(source.source().kind()),
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
        "order", word(sent.verb()),
        "url", sent.source().map(MirrorSource::url).orElse(""),
        "state", sent.state().map(MirrorRoute::word).orElse("waiting"),
        "detail", sent.detail());
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
