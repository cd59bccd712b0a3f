package dev.fugitive.cache.http;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

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
    Optional<StoredResponse> varying = mostRecent(stored, one -> !one.varyNames().isEmpty());
    return mostRecent(
        stored,
        one ->
            one.complete()
                && one.url().equals(url)
                && Vary.matches(one, request)
                && !forgotToVary(one, varying));
  }

  private static Optional<StoredResponse> mostRecent(
      List<StoredResponse> stored, Predicate<StoredResponse> suitable) {
    StoredResponse latest = null;
    for (StoredResponse one : stored) {
      if (suitable.test(one) && (latest == null || MOST_RECENT.compare(one, latest) > 0)) {
        latest = one;
      }
    }
    return Optional.ofNullable(latest);
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
