package dev.fugitive.proxy.control;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.proxy.control.ApiRoute.Access;
import dev.fugitive.proxy.control.ApiRoute.Method;
import dev.fugitive.proxy.http.SelfResponder.Answer;
import dev.fugitive.proxy.http.SelfResponder.Question;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import okio.ByteString;

/**
 * The control API: JSON over HTTP, for programs of this machine. It finds the route and lets in or
 * refuses; what is answered is each {@link ApiRoute}'s own.
 *
 * <p>Who asks must be on this machine. No page of another site may ask, whatever it knows: a
 * browser says where a request comes from ({@code Origin}, {@code Sec-Fetch-Site}), and a body must
 * be of a type that no form can send. What changes something, or is the user's own, takes the token
 * too.
 */
public final class ControlApi {
  /** Where the API is. */
  public static final String PREFIX = "/api/v1/";

  private static final String JSON = "application/json";

  private final Map<String, Map<Method, ApiRoute>> routes = new HashMap<>();
  private final ControlToken token;

  /**
   * @param token what routes ask for that are not for everybody
   * @throws IllegalArgumentException where two routes have one endpoint
   */
  public ControlApi(ControlToken token, List<ApiRoute> routes) {
    this.token = token;
    for (ApiRoute route : routes) {
      ApiRoute.Endpoint endpoint = route.endpoint();
      ApiRoute other =
          this.routes
              .computeIfAbsent(endpoint.path(), path -> new HashMap<>())
              .putIfAbsent(endpoint.method(), route);
      if (other != null) {
        throw new IllegalArgumentException(endpoint + ": two routes (expected: one)");
      }
    }
  }

  /** Whether this path is the API's. */
  static boolean has(String path) {
    return path.startsWith(PREFIX);
  }

  Answer answer(Question question) {
    try {
      Object answer = answerTo(question);
      return answer(200, Fields.EMPTY, answer);
    } catch (ApiException refused) {
      Fields fields =
          switch (refused.status()) {
            case 401 -> Fields.of("WWW-Authenticate", "Bearer realm=\"fugitive\"");
            default -> Fields.EMPTY;
          };
      return answer(refused.status(), fields, Map.of("error", refused.words()));
    }
  }

  private Object answerTo(Question question) throws ApiException {
    RequestHead head = question.head();
    refuseForeign(question);
    String path = ControlSite.pathOf(head.url()).substring(PREFIX.length());
    Map<Method, ApiRoute> methods = routes.get(path);
    if (methods == null) {
      throw ApiException.notFound(
          "path: "
              + path
              + " (expected: "
              + String.join(", ", new TreeSet<>(routes.keySet()))
              + ")");
    }
    Optional<ApiRoute> route =
        method(head.method()).flatMap(asked -> Optional.ofNullable(methods.get(asked)));
    if (route.isEmpty()) {
      throw ApiException.notAllowed(
          "method: " + head.method() + " (expected: " + methods.keySet() + ")");
    }
    if (route.get().endpoint().access() == Access.WITH_TOKEN) {
      List<String> shown = head.fields().all("Authorization");
      if (shown.size() != 1 || !token.isShownBy(shown.getFirst())) {
        throw ApiException.withoutToken();
      }
    }
    return route.get().answer(new ApiRequest(query(head.url()), body(question)));
  }

  private static Optional<Method> method(String name) {
    return switch (name) {
      case "GET", "HEAD" -> Optional.of(Method.GET);
      case "POST" -> Optional.of(Method.POST);
      default -> Optional.empty();
    };
  }

  /** A browser's own word on where a request comes from; {@code Origin} has been checked. */
  private static void refuseForeign(Question question) throws ApiException {
    if (!question.client().isLoopbackAddress()) {
      throw ApiException.forbidden("client: not on this machine (expected: a loopback address)");
    }
    for (String site : question.head().fields().all("Sec-Fetch-Site")) {
      if (!site.equals("same-origin") && !site.equals("none")) {
        throw ApiException.forbidden("Sec-Fetch-Site: " + site + " (expected: same-origin)");
      }
    }
  }

  private static JsonObject body(Question question) throws ApiException {
    if (!question.head().method().equals("POST")) {
      return JsonObject.EMPTY;
    }
    String type = question.head().fields().first("Content-Type").orElse("none");
    if (!type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(JSON)) {
      throw ApiException.mediaType("Content-Type: " + type + " (expected: " + JSON + ")");
    }
    try {
      return JsonObject.parse(question.body());
    } catch (IOException malformed) {
      String words = String.valueOf(malformed.getMessage()).lines().findFirst().orElse("");
      throw ApiException.malformed("body: " + words);
    }
  }

  private static Map<String, String> query(String target) throws ApiException {
    int start = target.indexOf('?');
    Map<String, String> query = new HashMap<>();
    if (start < 0) {
      return query;
    }
    for (String pair : target.substring(start + 1).split("&", -1)) {
      String[] parts = pair.split("=", 2);
      query.putIfAbsent(decode(parts[0]), parts.length == 2 ? decode(parts[1]) : "");
    }
    return query;
  }

  private static String decode(String text) throws ApiException {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw ApiException.malformed("query: " + text + " (expected: percent-encoded)");
    }
  }

  private static Answer answer(int status, Fields fields, Object body) {
    return new Answer(
        status,
        fields.with("Content-Type", JSON),
        ByteString.encodeUtf8(JsonText.write(body) + "\n"));
  }
}
