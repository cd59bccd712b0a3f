package dev.fugitive.cache.http;

import static dev.fugitive.cache.http.CacheControl.Directive.MAX_AGE;
import static dev.fugitive.cache.http.CacheControl.Directive.PUBLIC;
import static dev.fugitive.cache.http.CacheControl.Directive.S_MAXAGE;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** How old a response is and for how long it is fresh (RFC 9111 section 4.2). */
public final class Freshness {
  /** Whatever the rule of ten per cent gives, a guess holds no longer than this. */
  public static final Duration HEURISTIC_LIMIT = Duration.ofDays(1);

  /**
   * An error that one odd request may have brought about holds no longer than this, whatever the
   * origin says: a cache may always hold a response for less (RFC 9111 section 4.2.1).
   */
  public static final Duration DOUBTFUL_ERROR_LIMIT = Duration.ofSeconds(10);

  private static final int HEURISTIC_DIVISOR = 10;

  /** RFC 9110 section 15.1. 206 is one too: parts are judged by the head of their whole. */
  private static final Set<Integer> HEURISTICALLY_CACHEABLE =
      Set.of(200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501);

  private Freshness() {}

  /** RFC 9111 section 4.2.3: {@code current_age}. */
  public static Duration currentAge(StoredResponse stored, Instant now) {
    return stored.initialAge().plus(notNegative(Duration.between(stored.responseTime(), now)));
  }

  /** For how much longer the response is fresh; negative once it is stale. */
  public static Duration remaining(StoredResponse stored, Instant now) {
    return stored.lifetime().minus(currentAge(stored, now));
  }

  /** For how much longer a response that comes just now is fresh, by what it says itself. */
  public static Duration remaining(ResponseHead head, Instant requestTime, Instant responseTime) {
    return lifetime(head, CacheControl.of(head.fields()), responseTime)
        .minus(initialAge(head.fields(), requestTime, responseTime));
  }

  /** RFC 9111 section 4.2: {@code response_is_fresh = (freshness_lifetime > current_age)}. */
  public static boolean isFresh(StoredResponse stored, Instant now) {
    return remaining(stored, now).isPositive();
  }

  /** Whether the origin itself says for how long the response is fresh. */
  static boolean isExplicit(Fields fields, CacheControl cacheControl) {
    return cacheControl.has(S_MAXAGE) || cacheControl.has(MAX_AGE) || fields.has("Expires");
  }

  /** Whether a freshness may be guessed where the origin gives none (RFC 9111 section 4.2.2). */
  static boolean mayGuess(int status, CacheControl cacheControl) {
    return HEURISTICALLY_CACHEABLE.contains(status) || cacheControl.has(PUBLIC);
  }

  /** RFC 9111 section 4.2.3: {@code corrected_initial_age}, the conservative form. */
  static Duration initialAge(Fields fields, Instant requestTime, Instant responseTime) {
    Instant date = HttpDate.of(fields, "Date", responseTime).orElse(responseTime);
    Duration apparentAge = notNegative(Duration.between(date, responseTime));
    Duration responseDelay = notNegative(Duration.between(requestTime, responseTime));
    Duration correctedAge = Duration.ofSeconds(ageValue(fields)).plus(responseDelay);
    return apparentAge.compareTo(correctedAge) > 0 ? apparentAge : correctedAge;
  }

  /**
   * RFC 9111 section 5.1: of a list the first member is used; "if the field value is invalid, a
   * cache SHOULD ignore the field".
   */
  private static long ageValue(Fields fields) {
    List<String> members = FieldValues.members(fields.all("Age"));
    return members.isEmpty() ? 0 : DeltaSeconds.parse(members.getFirst()).orElse(0);
  }

  /** {@code freshness_lifetime}, and less than that where an error is doubtful. */
  static Duration lifetime(ResponseHead head, CacheControl cacheControl, Instant responseTime) {
    Duration stated = statedLifetime(head, cacheControl, responseTime);
    return Storability.DOUBTFUL_ERRORS.contains(head.status())
        ? shorter(stated, DOUBTFUL_ERROR_LIMIT)
        : stated;
  }

  /** RFC 9111 section 4.2.1: the first match of s-maxage, max-age, Expires, heuristic. */
  private static Duration statedLifetime(
      ResponseHead head, CacheControl cacheControl, Instant responseTime) {
    OptionalLong shared = cacheControl.seconds(S_MAXAGE);
    if (shared.isPresent()) {
      return Duration.ofSeconds(shared.getAsLong());
    }
    OptionalLong maxAge = cacheControl.seconds(MAX_AGE);
    if (maxAge.isPresent()) {
      return Duration.ofSeconds(maxAge.getAsLong());
    }
    Instant date = HttpDate.of(head.fields(), "Date", responseTime).orElse(responseTime);
    List<String> expires = head.fields().all("Expires");
    if (!expires.isEmpty()) {
      return expiresLifetime(expires, date, responseTime);
    }
    return heuristicLifetime(head, cacheControl, date, responseTime);
  }

  /**
   * RFC 9111 section 5.3: invalid date formats, especially "0", MUST be interpreted as a time in
   * the past. Lines that differ count as stale (4.2.1).
   */
  private static Duration expiresLifetime(List<String> expires, Instant date, Instant now) {
    if (expires.stream().distinct().count() > 1) {
      return Duration.ZERO;
    }
    return HttpDate.parse(expires.getFirst(), now)
        .map(until -> notNegative(Duration.between(date, until)))
        .orElse(Duration.ZERO);
  }

  /** RFC 9111 section 4.2.2: a tenth of the time since the last change, with a limit. */
  private static Duration heuristicLifetime(
      ResponseHead head, CacheControl cacheControl, Instant date, Instant now) {
    if (!mayGuess(head.status(), cacheControl)) {
      return Duration.ZERO;
    }
    Optional<Instant> lastModified = HttpDate.of(head.fields(), "Last-Modified", now);
    if (lastModified.isEmpty()) {
      return Duration.ZERO;
    }
    Duration unchanged = notNegative(Duration.between(lastModified.get(), date));
    return shorter(unchanged.dividedBy(HEURISTIC_DIVISOR), HEURISTIC_LIMIT);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration notNegative(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }
}
