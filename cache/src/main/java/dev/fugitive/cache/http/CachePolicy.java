package dev.fugitive.cache.http;

import static dev.fugitive.cache.http.CacheControl.Directive.NO_CACHE;
import static dev.fugitive.cache.http.CacheControl.Directive.NO_STORE;
import static dev.fugitive.cache.http.CacheControl.Directive.ONLY_IF_CACHED;
import static dev.fugitive.cache.http.CacheControl.Directive.STALE_IF_ERROR;

import dev.fugitive.cache.http.CacheDecision.Fill;
import dev.fugitive.cache.http.CacheDecision.Forward;
import dev.fugitive.cache.http.CacheDecision.Revalidate;
import dev.fugitive.cache.http.CacheDecision.Serve;
import dev.fugitive.cache.http.CacheDecision.ServeNotModified;
import dev.fugitive.cache.http.CacheDecision.ServeStale;
import dev.fugitive.cache.http.CacheDecision.Unsatisfiable;
import dev.fugitive.cache.http.CacheStatus.ForwardReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a shared cache does with a request, given what is stored for its resource (RFC 9111).
 *
 * <p>A pure function of its arguments. The questions, in order:
 *
 * <ol>
 *   <li>Can a cache answer this method, and are the preconditions for a cache?
 *   <li>Which stored response do the request's fields select?
 *   <li>May it be used for this client, without asking the origin? ({@link Use})
 *   <li>If so: does the client have it already, and which part does it want?
 *   <li>If not: is there something to validate, and may the response be stored?
 * </ol>
 */
public final class CachePolicy {
  /** For how long after its expiry a response may stand in for an origin that is unreachable. */
  public static final Duration DISCONNECTED_LIMIT = Duration.ofDays(1);

  private CachePolicy() {}

  /**
   * Decides.
   *
   * @param stored all that is stored under {@link ResourceKey#primary} of this request
   */
  public static CacheDecision decide(
      RequestHead request, List<StoredResponse> stored, Instant now) {
    // RFC 9111 section 4: "the request method associated with the stored response allows it to be
    // used for the presented request"; all others are written through
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return new Forward(
          endToEnd(request), Forward.Why.METHOD, CacheStatus.forward(ForwardReason.METHOD));
    }
    CacheControl asked = CacheControl.of(request.fields());
    if (Preconditions.areForOrigin(request)) {
      return forwardUnlessOnlyIfCached(
          request, asked, Forward.Why.PRECONDITION, ForwardReason.BYPASS);
    }
    Optional<StoredResponse> selected = Selection.select(request, stored);
    if (selected.isEmpty()) {
      return stored.isEmpty()
          ? forward(request, asked, ForwardReason.URI_MISS)
          : otherVariant(request, asked, stored);
    }
    return decideWith(selected.get(), request, asked, now);
  }

  /** RFC 9111 section 4.1: what other requests selected may be this one's too; the origin knows. */
  private static CacheDecision otherVariant(
      RequestHead request, CacheControl asked, List<StoredResponse> stored) {
    List<StoredResponse> variants = Variants.askable(request, asked, stored);
    return variants.isEmpty()
        ? forward(request, asked, ForwardReason.VARY_MISS)
        : new CacheDecision.ValidateAny(
            variants,
            request,
            Variants.validating(request, variants),
            CacheStatus.forward(ForwardReason.VARY_MISS));
  }

  private static CacheDecision decideWith(
      StoredResponse stored, RequestHead request, CacheControl asked, Instant now) {
    return switch (Use.of(stored, request, asked, now)) {
      case FRESH -> answer(request, stored, hit(stored, now), now);
      case STALE_BY_CLIENT -> answerStale(request, stored, Optional.empty(), now);
      case STALE_WHILE_REVALIDATE ->
          answerStale(
              request, stored, Optional.of(Preconditions.validating(asGet(request), stored)), now);
      case VALIDATE -> validate(stored, request, asked, !Use.mustNotBeStale(stored), now);
      case VALIDATE_BY_REQUEST -> validate(stored, request, asked, false, now);
      case NOT -> forward(request, asked, ForwardReason.REQUEST);
    };
  }

  /** An answer from a stored response that may be used: 304, 200, 206 or 416. */
  static CacheDecision answer(
      RequestHead request, StoredResponse stored, CacheStatus status, Instant now) {
    Duration age = Freshness.currentAge(stored, now);
    // RFC 9110 section 13.2.2: preconditions first, then the range
    if (Preconditions.clientHas(request, stored, now)) {
      return new ServeNotModified(stored, age, Optional.empty(), status);
    }
    return switch (RangeRequest.of(request, stored, now)) {
      case RangeRequest.Servable body -> new Serve(stored, age, body, status);
      case RangeRequest.Unsatisfiable none ->
          new Unsatisfiable(ServedHead.rangeNotSatisfiable(stored, status), status);
    };
  }

  /** The same from a stale one, which may be validated behind the client's back. */
  static CacheDecision answerStale(
      RequestHead request, StoredResponse stored, Optional<RequestHead> revalidation, Instant now) {
    return switch (answer(request, stored, hit(stored, now), now)) {
      case Serve serve ->
          new ServeStale(stored, serve.age(), serve.body(), revalidation, serve.status());
      case ServeNotModified same ->
          new ServeNotModified(stored, same.age(), revalidation, same.status());
      case CacheDecision other -> other;
    };
  }

  private static CacheStatus hit(StoredResponse stored, Instant now) {
    return CacheStatus.hit(Freshness.remaining(stored, now));
  }

  /**
   * RFC 9111 section 4.3: validates what is stored. Where it has no validator, and must not stand
   * in for an origin in trouble either, it is of no use and the request goes forward as on a miss.
   * A request that must leave no trace (no-store) does not touch what is stored.
   */
  private static CacheDecision validate(
      StoredResponse stored,
      RequestHead request,
      CacheControl asked,
      boolean mayBeStale,
      Instant now) {
    // RFC 9211 section 2.2: "request" is for a fresh response that the request does not accept
    boolean isFresh = Freshness.isFresh(stored, now) && !stored.cacheControl().has(NO_CACHE);
    ForwardReason reason = isFresh ? ForwardReason.REQUEST : ForwardReason.STALE;
    boolean useful =
        Preconditions.canValidate(stored) || (mayBeStale && !request.fields().has("Range"));
    if (!useful || asked.has(ONLY_IF_CACHED) || asked.has(NO_STORE)) {
      return forward(request, asked, reason);
    }
    Instant expiry = now.plus(Freshness.remaining(stored, now));
    return new Revalidate(
        stored,
        request,
        Preconditions.validating(request, stored),
        mayBeStale ? expiry.plus(DISCONNECTED_LIMIT) : Instant.MIN,
        mayBeStale ? staleIfError(stored, asked, expiry) : Instant.MIN,
        CacheStatus.forward(reason));
  }

  /** RFC 5861 section 4: as a response directive and as a request directive. */
  private static Instant staleIfError(StoredResponse stored, CacheControl asked, Instant expiry) {
    OptionalLong byOrigin = stored.cacheControl().seconds(STALE_IF_ERROR);
    OptionalLong byClient = asked.seconds(STALE_IF_ERROR);
    if (byOrigin.isEmpty() && byClient.isEmpty()) {
      return Instant.MIN;
    }
    return expiry.plusSeconds(Math.max(byOrigin.orElse(0), byClient.orElse(0)));
  }

  private static CacheDecision forward(
      RequestHead request, CacheControl asked, ForwardReason reason) {
    if (request.method().equals("HEAD")) {
      return forwardUnlessOnlyIfCached(request, asked, Forward.Why.HEAD, reason);
    }
    // section 5.2.1.5: no part of the response MUST be stored
    if (asked.has(NO_STORE)) {
      return forwardUnlessOnlyIfCached(request, asked, Forward.Why.NO_STORE, reason);
    }
    // section 3.3: what is stored in parts is looked for before this; the whole is not here
    if (request.fields().has("Range")) {
      return forwardUnlessOnlyIfCached(request, asked, Forward.Why.RANGE, reason);
    }
    return asked.has(ONLY_IF_CACHED)
        ? gatewayTimeout(reason)
        : new Fill(endToEnd(request), CacheStatus.forward(reason));
  }

  private static CacheDecision forwardUnlessOnlyIfCached(
      RequestHead request, CacheControl asked, Forward.Why why, ForwardReason reason) {
    return asked.has(ONLY_IF_CACHED)
        ? gatewayTimeout(reason)
        : new Forward(endToEnd(request), why, CacheStatus.forward(reason));
  }

  /** RFC 9111 section 5.2.1.7: either a stored response, or 504 SHOULD be sent. */
  private static CacheDecision gatewayTimeout(ForwardReason reason) {
    CacheStatus status = CacheStatus.forward(reason).withDetail("only-if-cached");
    return new Unsatisfiable(ServedHead.gatewayTimeout(status), status);
  }

  private static RequestHead endToEnd(RequestHead request) {
    return new RequestHead(request.method(), request.url(), HopByHop.removeFrom(request.fields()));
  }

  private static RequestHead asGet(RequestHead request) {
    return new RequestHead("GET", request.url(), request.fields());
  }

  /**
   * Whether a request that waits may be answered by the response to another that is on its way (RFC
   * 9111 section 4: "a response that is stored or storable can be used to satisfy multiple
   * requests"). Asked when the head has come and before any byte is given; credentials of one
   * client never bring an answer to another.
   */
  public static boolean mayJoin(
      RequestHead waiting, RequestHead leading, ResponseHead response, Instant now) {
    if (!waiting.method().equals("GET")
        || waiting.fields().has("Range")
        || Preconditions.areForOrigin(waiting)
        || !(Storability.mayStore(leading, response, now) instanceof Storability.Storable)) {
      return false;
    }
    CacheControl asked = CacheControl.of(waiting.fields());
    if (asked.has(NO_CACHE) || asked.has(NO_STORE) || asked.has(ONLY_IF_CACHED)) {
      return false;
    }
    // section 5.2.2.4: not "to satisfy any other request without forwarding it for validation"
    if (CacheControl.of(response.fields()).has(NO_CACHE)) {
      return false;
    }
    List<String> names = Vary.names(response.fields());
    boolean isForBoth =
        ResourceKey.variant(waiting, names).equals(ResourceKey.variant(leading, names));
    return isForBoth
        && (!waiting.fields().has("Authorization")
            || Storability.allowsShared(CacheControl.of(response.fields())));
  }
}
