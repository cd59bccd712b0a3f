package dev.fugitive.cache.http;

import static dev.fugitive.cache.http.CacheControl.Directive.MUST_REVALIDATE;
import static dev.fugitive.cache.http.CacheControl.Directive.MUST_UNDERSTAND;
import static dev.fugitive.cache.http.CacheControl.Directive.NO_STORE;
import static dev.fugitive.cache.http.CacheControl.Directive.PRIVATE;
import static dev.fugitive.cache.http.CacheControl.Directive.PUBLIC;
import static dev.fugitive.cache.http.CacheControl.Directive.STALE_IF_ERROR;
import static dev.fugitive.cache.http.CacheControl.Directive.STALE_WHILE_REVALIDATE;
import static dev.fugitive.cache.http.CacheControl.Directive.S_MAXAGE;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether a shared cache may store a response (RFC 9111 section 3), and if not, why. */
public sealed interface Storability {
  /** It may be stored. */
  record Storable() implements Storability {}

  /** It is not stored. */
  record NotStorable(Reason reason) implements Storability {}

  /** Why a response is not stored. */
  enum Reason {
    METHOD,
    STATUS,
    PARTIAL,
    NOT_MODIFIED,
    NO_STORE,
    PRIVATE,
    AUTHORIZATION,
    SET_COOKIE,
    VARY,
    UNKEYED_REQUEST_FIELD,
    ERROR_BY_REQUEST,
    NO_FRESHNESS_OR_VALIDATOR,
    CONFLICTING_LENGTHS;

    /** The reason as a token, for {@code Cache-Status} and counters. */
    public String token() {
      return FieldValues.lower(name()).replace('_', '-');
    }
  }

  /**
   * The final statuses whose caching this cache implements in full; what {@code must-understand}
   * asks for.
   */
  Set<Integer> UNDERSTOOD =
      Set.of(200, 203, 204, 300, 301, 302, 303, 307, 308, 404, 410, 500, 502, 503, 504);

  /**
   * Errors that are about one request alone; stored, they would be served to those who asked
   * properly (cache-poisoned denial of service).
   */
  Set<Integer> ERRORS_OF_ONE_REQUEST = Set.of(408, 411, 413, 415, 417, 421, 431);

  /**
   * Errors that are the resource's own as often as they are brought about by an odd request: stored
   * where the request was {@linkplain OrdinaryRequest ordinary}, and for no longer than {@link
   * Freshness#DOUBTFUL_ERROR_LIMIT}.
   */
  Set<Integer> DOUBTFUL_ERRORS = Set.of(400, 405, 414, 501);

  /** Request fields that change what some origins answer although no {@code Vary} names them. */
  Set<String> UNKEYED =
      Set.of(
          "forwarded",
          "x-forwarded-host",
          "x-forwarded-port",
          "x-forwarded-prefix",
          "x-forwarded-proto",
          "x-forwarded-scheme",
          "x-forwarded-server",
          "x-host",
          "x-http-method",
          "x-http-method-override",
          "x-method-override",
          "x-original-url",
          "x-rewrite-url");

  /**
   * Decides by the heads alone; that the body came whole is the caller's to see.
   *
   * @param request as it was sent to the origin
   */
  static Storability mayStore(RequestHead request, ResponseHead response, Instant now) {
    CacheControl asked = CacheControl.of(request.fields());
    CacheControl answered = CacheControl.of(response.fields());
    Optional<Reason> refusal =
        refusedByStatus(request, response, answered)
            .or(() -> refusedByDirectives(request, asked, answered))
            .or(() -> refusedByFields(request, response))
            .or(() -> refusedAsUseless(response, answered, now));
    return refusal.<Storability>map(NotStorable::new).orElseGet(Storable::new);
  }

  private static Optional<Reason> refusedByStatus(
      RequestHead request, ResponseHead response, CacheControl answered) {
    int status = response.status();
    // section 3: "the request method is understood by the cache"
    if (!request.method().equals("GET") && !isStatedByPost(request, response, answered)) {
      return Optional.of(Reason.METHOD);
    }
    // section 3: "the response status code is final"
    if (status < 200 || status > 599) {
      return Optional.of(Reason.STATUS);
    }
    // section 3.3: MUST NOT be stored as a whole; parts are kept as such
    if (status == 206 || looksPartial(response)) {
      return Optional.of(Reason.PARTIAL);
    }
    if (status == 304) {
      return Optional.of(Reason.NOT_MODIFIED);
    }
    // section 3: with must-understand, "the cache understands the response status code"
    if (answered.has(MUST_UNDERSTAND) && !UNDERSTOOD.contains(status)) {
      return Optional.of(Reason.STATUS);
    }
    boolean isByRequest =
        ERRORS_OF_ONE_REQUEST.contains(status)
            || (DOUBTFUL_ERRORS.contains(status) && !OrdinaryRequest.is(request));
    return isByRequest ? Optional.of(Reason.ERROR_BY_REQUEST) : Optional.empty();
  }

  /**
   * RFC 9110 section 9.3.3: responses to POST are cacheable "when they include explicit freshness
   * information and a Content-Location header field that has the same value as the POST's target
   * URI"; they "can be reused to satisfy a later GET or HEAD request".
   */
  private static boolean isStatedByPost(
      RequestHead request, ResponseHead response, CacheControl answered) {
    return request.method().equals("POST")
        && response.status() == 200
        && Freshness.isExplicit(response.fields(), answered)
        && response
            .fields()
            .first("Content-Location")
            .flatMap(location -> NormalUrl.resolve(request.url(), location))
            .filter(NormalUrl.of(request.url())::equals)
            .isPresent();
  }

  /**
   * RFC 9110 section 14.4: {@code Content-Range} "has no meaning for status codes that do not
   * explicitly describe its semantic". Where it names a range all the same, the origin may have
   * forgotten to say 206.
   */
  private static boolean looksPartial(ResponseHead response) {
    return response.fields().all("Content-Range").stream()
        .anyMatch(value -> FieldValues.trim(value).regionMatches(true, 0, "bytes ", 0, 6));
  }

  private static Optional<Reason> refusedByDirectives(
      RequestHead request, CacheControl asked, CacheControl answered) {
    // section 5.2.1.5: "a cache MUST NOT store any part of either this request or any response"
    if (asked.has(NO_STORE)) {
      return Optional.of(Reason.NO_STORE);
    }
    // section 5.2.2.5; 5.2.2.3: must-understand with an understood status overrides no-store
    if (answered.has(NO_STORE) && !answered.has(MUST_UNDERSTAND)) {
      return Optional.of(Reason.NO_STORE);
    }
    // section 5.2.2.7: "a shared cache MUST NOT store the response"
    if (answered.has(PRIVATE)) {
      return Optional.of(Reason.PRIVATE);
    }
    // section 3.5: a shared cache MUST NOT, unless a directive explicitly allows it
    if (request.fields().has("Authorization") && !allowsShared(answered)) {
      return Optional.of(Reason.AUTHORIZATION);
    }
    return Optional.empty();
  }

  /** RFC 9111 section 3.5: the directives that allow a shared cache to use an authorised answer. */
  static boolean allowsShared(CacheControl answered) {
    return answered.has(PUBLIC) || answered.has(S_MAXAGE) || answered.has(MUST_REVALIDATE);
  }

  private static Optional<Reason> refusedByFields(RequestHead request, ResponseHead response) {
    // RFC 9111 section 7.3 leaves it to the origin; here nobody gets another's cookie. Set-Cookie2
    // sets none: it is obsolete (RFC 6265, which replaced RFC 2965), a field like any other
    if (response.fields().has("Set-Cookie")) {
      return Optional.of(Reason.SET_COOKIE);
    }
    List<String> names = Vary.names(response.fields());
    // section 4.1: "*" always fails to match; what varies by credentials is one client's own
    if (names.contains("*") || names.contains("cookie") || names.contains("authorization")) {
      return Optional.of(Reason.VARY);
    }
    for (Fields.Field line : request.fields().lines()) {
      String name = FieldValues.lower(line.name());
      if (UNKEYED.contains(name) && !names.contains(name)) {
        return Optional.of(Reason.UNKEYED_REQUEST_FIELD);
      }
    }
    if (FieldValues.members(response.fields().all("Content-Length")).stream().distinct().count()
        > 1) {
      return Optional.of(Reason.CONFLICTING_LENGTHS);
    }
    return Optional.empty();
  }

  private static Optional<Reason> refusedAsUseless(
      ResponseHead response, CacheControl answered, Instant now) {
    Fields fields = response.fields();
    // section 3: "the response contains at least one of": explicit freshness, public, or a status
    // that is heuristically cacheable
    boolean explicit = Freshness.isExplicit(fields, answered);
    if (!explicit && !Freshness.mayGuess(response.status(), answered)) {
      return Optional.of(Reason.NO_FRESHNESS_OR_VALIDATOR);
    }
    // section 3: with neither a validator nor an expiry a response is not usually useful to store
    boolean useful =
        fields.has("ETag")
            || fields.has("Last-Modified")
            || answered.has(STALE_WHILE_REVALIDATE)
            || answered.has(STALE_IF_ERROR)
            || Freshness.lifetime(response, answered, now).isPositive();
    return useful ? Optional.empty() : Optional.of(Reason.NO_FRESHNESS_OR_VALIDATOR);
  }
}
