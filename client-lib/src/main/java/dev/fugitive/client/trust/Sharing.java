package dev.fugitive.client.trust;

import dev.fugitive.cache.http.CacheControl;
import dev.fugitive.cache.http.CacheControl.Directive;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.Storability;
import dev.fugitive.client.trust.SharingDecision.NotShareable;
import dev.fugitive.client.trust.SharingDecision.Shareable;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;

/**
 * What may be asked of peers, given to them, and vouched for. Private by default: a rule that is
 * not sure says no.
 */
public final class Sharing {
  /** Words in the names of fields that carry a credential besides {@code Authorization}. */
  private static final List<String> CREDENTIAL_WORDS =
      List.of("auth", "token", "key", "secret", "session", "credential", "signature", "password");

  /** What npm says about itself: how it would log in, and which run of it asks. */
  private static final Set<String> NO_CREDENTIALS = Set.of("npm-auth-type", "npm-session");

  private Sharing() {}

  /**
   * Decides about a complete answer that this node got from the origin.
   *
   * @param evidence what names the content; only what was {@linkplain EvidenceSource#isPublished
   *     published} counts here
   */
  public static SharingDecision decide(
      RequestHead request,
      ResponseHead response,
      OriginFacts origin,
      List<? extends Evidence> evidence,
      SharingRules rules,
      Instant now) {
    Optional<NotShareableReason> no =
        againstAsking(request, origin, evidence, rules)
            .or(() -> againstOrigin(origin, rules))
            .or(() -> againstAnswer(request, response, now));
    if (no.isPresent()) {
      return new NotShareable(no.get());
    }
    boolean personal = hasCookie(request);
    boolean authentic = origin.tlsValidated() || rules.trusts(origin);
    return new Shareable(authentic && !personal);
  }

  /**
   * What speaks against asking peers for the answer to this request, before there is one. A name
   * that was not looked up passes here if it looks public, so that peers can stand in for an origin
   * that cannot be found.
   */
  public static Optional<NotShareableReason> againstAsking(
      RequestHead request,
      OriginFacts origin,
      List<? extends Evidence> evidence,
      SharingRules rules) {
    if (!request.method().equals("GET")) {
      return Optional.of(NotShareableReason.METHOD);
    }
    if (rules.excludes(origin)) {
      return Optional.of(NotShareableReason.EXCLUDED_HOST);
    }
    if (!rules.trusts(origin) && !mayBePublic(origin)) {
      return Optional.of(NotShareableReason.PRIVATE_ADDRESS);
    }
    if (hasCookie(request) && evidence.stream().noneMatch(e -> e.source().isPublished())) {
      return Optional.of(NotShareableReason.COOKIE);
    }
    return againstRequest(request);
  }

  /** Whether an answer is everybody's, as far as its request and its head tell. */
  public static boolean isPublic(RequestHead request, ResponseHead response, Instant now) {
    return !hasCookie(request)
        && againstRequest(request).isEmpty()
        && againstAnswer(request, response, now).isEmpty();
  }

  /** What in a request other than a cookie makes its answer private or unsure. */
  static Optional<NotShareableReason> againstRequest(RequestHead request) {
    if (hasCredentials(request)) {
      return Optional.of(NotShareableReason.AUTHORIZATION);
    }
    if (hasUnkeyedField(request.fields())) {
      return Optional.of(NotShareableReason.UNKEYED_FIELD);
    }
    return CacheControl.of(request.fields()).has(Directive.NO_STORE)
        ? Optional.of(NotShareableReason.REQUEST_NO_STORE)
        : Optional.empty();
  }

  /** What in a head keeps a shared cache from storing it as everybody's (RFC 9111 section 3). */
  static Optional<NotShareableReason> againstAnswer(
      RequestHead request, ResponseHead response, Instant now) {
    if (response.status() != 200) {
      return Optional.of(NotShareableReason.STATUS);
    }
    // must-understand can lift no-store for a cache; among strangers it stays
    if (CacheControl.of(response.fields()).has(Directive.NO_STORE)) {
      return Optional.of(NotShareableReason.NO_STORE);
    }
    // obsolete, but some clients' libraries still obey it
    if (response.fields().has("Set-Cookie2")) {
      return Optional.of(NotShareableReason.SET_COOKIE);
    }
    return switch (Storability.mayStore(request, response, now)) {
      case Storability.Storable() -> Optional.empty();
      case Storability.NotStorable(Storability.Reason reason) -> Optional.of(inOurWords(reason));
    };
  }

  private static NotShareableReason inOurWords(Storability.Reason reason) {
    return switch (reason) {
      case METHOD -> NotShareableReason.METHOD;
      case STATUS, PARTIAL, NOT_MODIFIED, ERROR_BY_REQUEST -> NotShareableReason.STATUS;
      case NO_STORE -> NotShareableReason.NO_STORE;
      case PRIVATE -> NotShareableReason.PRIVATE;
      case AUTHORIZATION -> NotShareableReason.AUTHORIZATION;
      case SET_COOKIE -> NotShareableReason.SET_COOKIE;
      case VARY -> NotShareableReason.VARY;
      case UNKEYED_REQUEST_FIELD -> NotShareableReason.UNKEYED_FIELD;
      case NO_FRESHNESS_OR_VALIDATOR, CONFLICTING_LENGTHS -> NotShareableReason.NOT_STORABLE;
    };
  }

  static boolean hasCookie(RequestHead request) {
    return request.fields().has("Cookie") || request.fields().has("Cookie2");
  }

  private static Optional<NotShareableReason> againstOrigin(
      OriginFacts origin, SharingRules rules) {
    return rules.trusts(origin) || origin.address().isPublic()
        ? Optional.empty()
        : Optional.of(NotShareableReason.PRIVATE_ADDRESS);
  }

  private static boolean mayBePublic(OriginFacts origin) {
    return isPublicOrUnresolved(AddressClass.ofHost(origin.host()))
        && isPublicOrUnresolved(origin.address());
  }

  private static boolean isPublicOrUnresolved(AddressClass address) {
    return address.isPublic() || address == AddressClass.UNRESOLVED;
  }

  private static boolean hasCredentials(RequestHead request) {
    HttpUrl url = HttpUrl.parse(request.url());
    boolean inUrl =
        url == null || !url.encodedUsername().isEmpty() || !url.encodedPassword().isEmpty();
    return inUrl
        || request.fields().lines().stream()
            .map(line -> line.name().toLowerCase(Locale.ROOT))
            .anyMatch(Sharing::namesCredential);
  }

  private static boolean namesCredential(String lowerName) {
    return !NO_CREDENTIALS.contains(lowerName)
        && CREDENTIAL_WORDS.stream().anyMatch(lowerName::contains);
  }

  private static boolean hasUnkeyedField(Fields fields) {
    return fields.lines().stream()
        .map(line -> line.name().toLowerCase(Locale.ROOT))
        .anyMatch(name -> Storability.UNKEYED.contains(name) || isForwardingField(name));
  }

  /** {@code X-Forwarded-For} alone tells who asks, not what. */
  private static boolean isForwardingField(String lowerName) {
    return lowerName.startsWith("x-forwarded-") && !lowerName.equals("x-forwarded-for");
  }
}
