package dev.fugitive.cache.http;

import static dev.fugitive.cache.http.CacheControl.Directive.IMMUTABLE;
import static dev.fugitive.cache.http.CacheControl.Directive.MAX_AGE;
import static dev.fugitive.cache.http.CacheControl.Directive.MAX_STALE;
import static dev.fugitive.cache.http.CacheControl.Directive.MIN_FRESH;
import static dev.fugitive.cache.http.CacheControl.Directive.MUST_REVALIDATE;
import static dev.fugitive.cache.http.CacheControl.Directive.NO_CACHE;
import static dev.fugitive.cache.http.CacheControl.Directive.PROXY_REVALIDATE;
import static dev.fugitive.cache.http.CacheControl.Directive.S_MAXAGE;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * How a stored response may be used for a request that selects it (RFC 9111 sections 4 and 5.2).
 */
enum Use {
  FRESH,
  STALE_BY_CLIENT,
  STALE_WHILE_REVALIDATE,
  /** It is stale, or the origin wants it validated every time. */
  VALIDATE,
  /** The client wants it validated, and so gets nothing stale if that fails. */
  VALIDATE_BY_REQUEST,
  /** Not for this client. */
  NOT;

  static Use of(StoredResponse stored, RequestHead request, CacheControl asked, Instant now) {
    // section 3.5, applied to both sides: who shows credentials gets an answer that was made
    // without them only where the origin says that it is for all
    if (request.fields().has("Authorization") && !Storability.allowsShared(stored.cacheControl())) {
      return NOT;
    }
    // section 5.2.2.4: MUST NOT be used without successful validation
    if (stored.cacheControl().has(NO_CACHE)) {
      return VALIDATE;
    }
    // section 5.2.1.4; the older spelling is heeded where there is no Cache-Control (5.4)
    if (asked.has(NO_CACHE) || asksByPragma(request)) {
      return VALIDATE_BY_REQUEST;
    }
    return useByAge(stored, asked, now);
  }

  private static Use useByAge(StoredResponse stored, CacheControl asked, Instant now) {
    Duration remaining = Freshness.remaining(stored, now);
    boolean fresh = remaining.isPositive();
    if (isOlderThanAsked(stored, asked, fresh, now) || isStalerThanAsked(remaining, asked)) {
      return VALIDATE_BY_REQUEST;
    }
    if (fresh) {
      return FRESH;
    }
    if (mustNotBeStale(stored)) {
      return VALIDATE;
    }
    // section 5.2.1.2: "the client will accept a response that has exceeded its freshness lifetime"
    if (isWithin(remaining, asked.seconds(MAX_STALE))) {
      return STALE_BY_CLIENT;
    }
    // RFC 5861 section 3: "caches MAY serve the response after it becomes stale, up to the
    // indicated number of seconds", and SHOULD attempt to revalidate it meanwhile
    return isWithin(
            remaining, stored.cacheControl().seconds(CacheControl.Directive.STALE_WHILE_REVALIDATE))
        ? STALE_WHILE_REVALIDATE
        : VALIDATE;
  }

  /** RFC 9111 section 5.2.1.1; RFC 8246 section 2: a reload does not make immutable doubtful. */
  private static boolean isOlderThanAsked(
      StoredResponse stored, CacheControl asked, boolean fresh, Instant now) {
    OptionalLong maxAge = asked.seconds(MAX_AGE);
    if (maxAge.isEmpty() || (fresh && stored.cacheControl().has(IMMUTABLE))) {
      return false;
    }
    Duration age = Freshness.currentAge(stored, now);
    // of a response of age 0 it cannot be told whether it was there before the client asked
    return maxAge.getAsLong() == 0 || age.compareTo(Duration.ofSeconds(maxAge.getAsLong())) > 0;
  }

  /** RFC 9111 section 5.2.1.3: fresh for at least the specified number of seconds. */
  private static boolean isStalerThanAsked(Duration remaining, CacheControl asked) {
    OptionalLong minFresh = asked.seconds(MIN_FRESH);
    return minFresh.isPresent()
        && remaining.compareTo(Duration.ofSeconds(minFresh.getAsLong())) < 0;
  }

  private static boolean isWithin(Duration remaining, OptionalLong staleSeconds) {
    return staleSeconds.isPresent()
        && remaining.negated().compareTo(Duration.ofSeconds(staleSeconds.getAsLong())) <= 0;
  }

  /**
   * RFC 9111 section 4.2.4: "a cache MUST NOT generate a stale response if it is prohibited by an
   * explicit in-protocol directive" (5.2.2.2, 5.2.2.4, 5.2.2.8, 5.2.2.10).
   */
  static boolean mustNotBeStale(StoredResponse stored) {
    CacheControl answered = stored.cacheControl();
    return answered.has(MUST_REVALIDATE)
        || answered.has(PROXY_REVALIDATE)
        || answered.has(S_MAXAGE)
        || answered.has(NO_CACHE);
  }

  private static boolean asksByPragma(RequestHead request) {
    return request.fields().has("Pragma")
        && !request.fields().has("Cache-Control")
        && FieldValues.members(request.fields().all("Pragma")).stream()
            .anyMatch("no-cache"::equalsIgnoreCase);
  }
}
