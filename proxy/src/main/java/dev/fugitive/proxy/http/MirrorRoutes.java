package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;

/**
 * Routes requests for mirrored URLs: what a client sends reaches the fetch path by a list of the
 * fields that may, so that its request is the one by which the content was fetched.
 */
final class MirrorRoutes {
  private static final Set<String> METHODS = Set.of("GET", "HEAD");

  /** Preconditions and ranges (RFC 9110, sections 13 and 14), and nothing else. */
  private static final List<String> PASSED_ON =
      List.of(
          "If-Match",
          "If-None-Match",
          "If-Modified-Since",
          "If-Unmodified-Since",
          "If-Range",
          "Range");

  private MirrorRoutes() {}

  static Route route(MirrorPaths paths, Pseudonym pseudonym, RequestHead head, String version) {
    if (!METHODS.contains(head.method())) {
      return new Route.Refuse(Refusal.readOnly(head.method()), true);
    }
    Optional<HttpUrl> absolute = absolute(head.url());
    String host =
        absolute
            .map(url -> url.host().contains(":") ? "[" + url.host() + "]" : url.host())
            .orElseGet(() -> head.fields().first("Host").orElse(""));
    if (!paths.admitsHost(host)) {
      return new Route.Refuse(Refusal.misdirectedToMirror(host.isEmpty() ? "none" : host), true);
    }
    if (pseudonym.isIn(head.fields())) {
      return new Route.Refuse(Refusal.loop("loop: this request has passed here before"), true);
    }
    RequestBodyShape body = RequestBodyShape.of(head.fields());
    if (!body.isEmpty()) {
      return new Route.Refuse(Refusal.framing(head.method() + " with a body"), true);
    }
    Optional<HttpUrl> url =
        paths.urlOf(absolute.map(MirrorRoutes::pathAndQuery).orElse(head.url()));
    if (url.isEmpty()) {
      return new Route.Refuse(Refusal.notMirrored(), false);
    }
    return new Route.Fetch(url.get(), head.method(), fields(head, pseudonym, version), body);
  }

  /** RFC 9112 section 3.2.2: a server accepts this form too, and its host goes before the field. */
  private static Optional<HttpUrl> absolute(String target) {
    return target.startsWith("/")
        ? Optional.empty()
        : Optional.ofNullable(HttpUrl.parse(target)).filter(url -> url.scheme().equals("http"));
  }

  private static String pathAndQuery(HttpUrl url) {
    String query = url.encodedQuery();
    return query == null ? url.encodedPath() : url.encodedPath() + "?" + query;
  }

  private static Fields fields(RequestHead head, Pseudonym pseudonym, String version) {
    Fields fields = Fields.of("Accept-Encoding", "identity");
    for (String name : PASSED_ON) {
      for (String value : head.fields().all(name)) {
        fields = fields.with(name, value);
      }
    }
    return pseudonym.addTo(fields, version.substring("HTTP/".length()));
  }
}
