package dev.fugitive.proxy.control.api;

import dev.fugitive.client.mirror.Mirror;
import dev.fugitive.client.mirror.MirrorSource;
import dev.fugitive.client.mirror.MirrorSource.Kind;
import dev.fugitive.client.mirror.MirrorStatus;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import dev.fugitive.proxy.control.JsonObject;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import okio.ByteString;

/**
 * {@code POST mirror}: has something kept, or kept no longer, here or on another mirror; answered
 * when the order is in a log.
 */
public record ChangeMirrorRoute(Optional<Mirror> mirror) implements ApiRoute {
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
      case "remove" -> remove(mirror, body, on);
      case "status" -> mirror.ask(key(body));
      default ->
          throw ApiException.malformed("order: " + order + " (expected: add, remove or status)");
    };
  }

  /** A URL is removed as whatever it is kept as, unless the caller says as what. */
  private static ByteString remove(Mirror mirror, JsonObject body, Optional<PeerId> on)
      throws ApiException, IOException {
    String url = source(body).url();
    Set<Kind> kinds =
        body.text("kind").isPresent() ? Set.of(source(body).kind()) : EnumSet.allOf(Kind.class);
    Set<Kind> kept = on.isPresent() ? EnumSet.allOf(Kind.class) : kinds(mirror, url);
    List<Kind> removed = kinds.stream().filter(kept::contains).sorted().toList();
    if (removed.isEmpty()) {
      throw ApiException.impossible(
          kept.isEmpty()
              ? url + ": not kept (expected: a URL of 'mirror status')"
              : "kind: "
                  + words(kinds)
                  + " (expected: "
                  + words(kept)
                  + ", as "
                  + url
                  + " is kept)");
    }
    ByteString id = ByteString.EMPTY;
    for (Kind kind : removed) {
      id = mirror.remove(new MirrorSource(kind, url), on);
    }
    return id;
  }

  private static String words(Set<Kind> kinds) {
    return kinds.stream()
        .sorted()
        .map(kind -> kind.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(" or "));
  }

  private static Set<Kind> kinds(Mirror mirror, String url) throws IOException {
    return mirror.status().sources().stream()
        .map(MirrorStatus.Source::source)
        .filter(source -> source.url().equals(url))
        .map(MirrorSource::kind)
        .collect(Collectors.toSet());
  }

  private static MirrorSource source(JsonObject body) throws ApiException {
    Kind kind = kind(body.text("kind").orElse("content"));
    try {
      return MirrorSource.of(kind, body.requireText("url"));
    } catch (IllegalArgumentException noneThatCanBeKept) {
      throw ApiException.malformed(String.valueOf(noneThatCanBeKept.getMessage()));
    }
  }

  private static Kind kind(String word) throws ApiException {
    for (Kind kind : Kind.values()) {
      if (kind.name().equalsIgnoreCase(word)) {
        return kind;
      }
    }
    throw ApiException.malformed("kind: " + word + " (expected: content, list or manifest)");
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
