package dev.fugitive.cache.http;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which of the stored responses of a resource a request selects (RFC 9111 sections 4 and 4.1). */
final class Selection {
  static final Comparator<StoredResponse> MOST_RECENT =
      Comparator.comparing(StoredResponse::date).thenComparing(StoredResponse::responseTime);

  private Selection() {}

  /**
   * RFC 9111 section 4: "the presented target URI and that of the stored response match", the
   * selecting fields match, and "when more than one suitable response is stored, a cache MUST use
   * the most recent one (as determined by the Date header field)".
   */
  static Optional<StoredResponse> select(RequestHead request, List<StoredResponse> stored) {
    if (stored.isEmpty()) {
      return Optional.empty();
    }
    String url = normalUrl(request, stored);
    Optional<StoredResponse> varying =
        stored.stream().filter(one -> !one.varyNames().isEmpty()).max(MOST_RECENT);
    return stored.stream()
        .filter(StoredResponse::complete)
        .filter(one -> one.url().equals(url))
        .filter(one -> Vary.matches(one, request))
        .filter(one -> !forgotToVary(one, varying))
        .max(MOST_RECENT);
  }

  /** A URL that is spelled as a stored one is in its normal spelling. */
  private static String normalUrl(RequestHead request, List<StoredResponse> stored) {
    return request.url().equals(stored.getFirst().url())
        ? request.url()
        : NormalUrl.of(request.url());
  }

  /**
   * RFC 9111 section 4.1: where one of several stored responses omits {@code Vary}, a cache SHOULD
   * use the most recent valid value available. What such a response was selected by is not known,
   * so it gives way to a more recent one that says.
   */
  private static boolean forgotToVary(StoredResponse one, Optional<StoredResponse> varying) {
    return one.varyNames().isEmpty()
        && varying.isPresent()
        && MOST_RECENT.compare(varying.get(), one) > 0;
  }
}
