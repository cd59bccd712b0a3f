package dev.fugitive.cache.http;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a response to an unsafe method makes outdated (RFC 9111 section 4.4). */
public final class Invalidation {
  /** RFC 9110 section 9.2.1 and the method registry. */
  private static final Set<String> SAFE =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "REPORT", "SEARCH", "QUERY");

  private Invalidation() {}

  /**
   * The URLs, in their normal spelling, whose stored responses must go; empty after a safe method
   * or an error.
   */
  public static List<String> urls(RequestHead request, ResponseHead response) {
    // "a non-error response is one with a 2xx or 3xx status code"; methods whose safety is unknown
    // count as unsafe
    if (SAFE.contains(request.method()) || response.status() < 200 || response.status() > 399) {
      return List.of();
    }
    // "a cache MUST invalidate the target URI"
    Set<String> urls = new LinkedHashSet<>();
    urls.add(NormalUrl.of(request.url()));
    // "the URIs in the Location and Content-Location response header fields are candidates"
    for (String name : List.of("Location", "Content-Location")) {
      response
          .fields()
          .first(name)
          .flatMap(value -> NormalUrl.resolve(request.url(), value))
          .filter(url -> NormalUrl.origin(url).equals(NormalUrl.origin(request.url())))
          .ifPresent(urls::add);
    }
    return List.copyOf(urls);
  }

  /** The primary keys of {@link #urls}. */
  public static List<ResourceKey> keys(RequestHead request, ResponseHead response) {
    return urls(request, response).stream().map(url -> ResourceKey.primary("GET", url)).toList();
  }
}
