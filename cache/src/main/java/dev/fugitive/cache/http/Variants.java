package dev.fugitive.cache.http;

import static dev.fugitive.cache.http.CacheControl.Directive.NO_STORE;
import static dev.fugitive.cache.http.CacheControl.Directive.ONLY_IF_CACHED;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Stored responses of a resource that a request's fields do not select, and which it may be
 * answered with all the same if the origin says so.
 *
 * <p>RFC 9111 section 4.1: where no stored response matches, "the cache can forward the presented
 * request to the origin server in a conditional request" with the entity tags of all of them. What
 * the origin varies by a field is often the same for most of its values.
 */
final class Variants {
  private static final int MAX_TAGS = 8;

  /** With {@link #MAX_TAGS} of them the field is far below what any origin takes. */
  private static final int MAX_TAG_CHARS = 256;

  private Variants() {}

  /**
   * Those that may be asked about for this request, the most recent first, each with another tag.
   *
   * <p>Who brings preconditions of his own, or wants a part, knows something about a representation
   * that need not be one of these: such a request goes as it is.
   */
  static List<StoredResponse> askable(
      RequestHead request, CacheControl asked, List<StoredResponse> stored) {
    if (!request.method().equals("GET")
        || request.fields().has("Range")
        || request.fields().has("If-None-Match")
        || request.fields().has("If-Modified-Since")
        || asked.has(NO_STORE)
        || asked.has(ONLY_IF_CACHED)) {
      return List.of();
    }
    String url = NormalUrl.of(request.url());
    List<StoredResponse> askable = new ArrayList<>();
    stored.stream()
        .filter(one -> one.complete() && one.head().status() == 200 && one.url().equals(url))
        .filter(one -> one.entityTag().filter(Variants::isShort).isPresent())
        .filter(one -> !one.varyNames().isEmpty() && mayAnswer(request, one))
        .sorted(Selection.MOST_RECENT.reversed())
        .filter(one -> askable.stream().noneMatch(other -> haveOneTag(one, other)))
        .limit(MAX_TAGS)
        .forEachOrdered(askable::add);
    return List.copyOf(askable);
  }

  /**
   * A 304 speaks of the content alone. An origin may give one weak tag to all codings of a text,
   * and leave out of a 304 which other site's pages may read the answer: in neither may this client
   * get what was made for another.
   */
  private static boolean mayAnswer(RequestHead request, StoredResponse stored) {
    return !stored.varyNames().contains("origin")
        && AcceptEncoding.of(request.fields()).asksFor(stored.head().fields());
  }

  private static boolean isShort(EntityTag tag) {
    return tag.opaque().length() <= MAX_TAG_CHARS;
  }

  /** RFC 9111 section 4.3.1: the request for whichever of these the origin would send. */
  static RequestHead validating(RequestHead request, List<StoredResponse> variants) {
    RequestHead plain = Preconditions.unconditional(request);
    String tags =
        variants.stream()
            .flatMap(one -> one.entityTag().stream())
            .map(EntityTag::toString)
            .collect(Collectors.joining(", "));
    return new RequestHead(plain.method(), plain.url(), plain.fields().with("If-None-Match", tags));
  }

  /**
   * The variant that a 304 names. RFC 9111 section 4.3.4: a strong tag names what has the same
   * strong one; without a tag nothing says which is meant.
   */
  static Optional<StoredResponse> named(ResponseHead notModified, List<StoredResponse> variants) {
    Optional<EntityTag> tag = notModified.fields().first("ETag").flatMap(EntityTag::parse);
    return variants.stream()
        .filter(one -> tag.isPresent() && Preconditions.names(tag.get(), one))
        .findFirst();
  }

  /**
   * A variant as the response to this request. What was signed for it was signed for another's
   * fields.
   */
  static StoredResponse selectedBy(
      RequestHead request, ResponseHead notModified, StoredResponse variant) {
    Fields varying =
        notModified.fields().has("Vary") ? notModified.fields() : variant.head().fields();
    return new StoredResponse(
        variant.url(),
        Vary.select(request.fields(), Vary.names(varying)),
        variant.head(),
        variant.requestTime(),
        variant.responseTime(),
        variant.content(),
        true,
        Optional.empty());
  }

  private static boolean haveOneTag(StoredResponse one, StoredResponse other) {
    return one.entityTag().orElseThrow().weaklyEquals(other.entityTag().orElseThrow());
  }
}
