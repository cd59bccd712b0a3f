package dev.fugitive.cache.http;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Conditional requests from both sides of a cache (RFC 9111 section 4.3, RFC 9110 section 13). */
public final class Preconditions {
  private static final List<String> CONDITIONAL =
      List.of("If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "If-Range");

  /** A list that is longer is the client's alone. */
  private static final int MAX_CLIENT_TAGS = 16;

  private Preconditions() {}

  /**
   * RFC 9111 section 4.3.2: {@code If-Match} and {@code If-Unmodified-Since} are for the origin, "a
   * cache MUST NOT evaluate" them.
   */
  static boolean areForOrigin(RequestHead request) {
    return request.fields().has("If-Match") || request.fields().has("If-Unmodified-Since");
  }

  /** Whether the client has what is stored, so that 304 answers it (RFC 9111 section 4.3.2). */
  public static boolean clientHas(RequestHead request, StoredResponse stored, Instant now) {
    // section 4.3.2 speaks of stored 200 and 206; RFC 9110 section 13.2.1: others are not evaluated
    if (stored.head().status() != 200) {
      return false;
    }
    List<String> noneMatch = request.fields().all("If-None-Match");
    // RFC 9110 section 13.1.3: a recipient MUST ignore If-Modified-Since if If-None-Match is there
    return noneMatch.isEmpty()
        ? notModifiedSince(request, stored, now)
        : matchesAny(noneMatch, stored);
  }

  private static boolean matchesAny(List<String> noneMatch, StoredResponse stored) {
    if (noneMatch.size() == 1 && FieldValues.trim(noneMatch.getFirst()).equals("*")) {
      return true;
    }
    // RFC 9110 section 13.1.2: weak comparison
    return stored
        .entityTag()
        .map(tag -> EntityTag.parseList(noneMatch).stream().anyMatch(tag::weaklyEquals))
        .orElse(false);
  }

  /**
   * RFC 9111 section 4.3.2: where there is no {@code Last-Modified}, {@code Date} is used; RFC 9110
   * section 13.1.3: a value that is no date MUST be ignored, and so must several.
   */
  private static boolean notModifiedSince(RequestHead request, StoredResponse stored, Instant now) {
    List<String> since = request.fields().all("If-Modified-Since");
    if (since.size() != 1) {
      return false;
    }
    Optional<Instant> asked = HttpDate.parse(since.getFirst(), now);
    Instant modified = stored.lastModified().orElse(stored.date());
    return asked.isPresent() && !modified.isAfter(asked.get());
  }

  /** Whether a stored response can be validated at all. */
  static boolean canValidate(StoredResponse stored) {
    return stored.entityTag().isPresent() || stored.lastModified().isPresent();
  }

  /**
   * RFC 9111 section 4.3.1: the client's request with our validators in place of its own
   * preconditions, for the whole representation. Section 4.3.2: "the cache MAY combine the received
   * list with a list of entity tags from its own stored set of responses and send the union of the
   * two lists", so that a client that has what the origin would send now need not get it again.
   */
  static RequestHead validating(RequestHead request, StoredResponse stored) {
    Fields fields = unconditional(request).fields();
    Optional<EntityTag> tag = stored.entityTag();
    if (tag.isPresent()) {
      List<EntityTag> union = new ArrayList<>(List.of(tag.get()));
      union.addAll(clientsOwnTags(request, tag.get()));
      fields =
          fields.with(
              "If-None-Match",
              union.stream().map(EntityTag::toString).collect(Collectors.joining(", ")));
    }
    Optional<String> lastModified =
        stored.lastModified().flatMap(date -> stored.head().fields().first("Last-Modified"));
    if (lastModified.isPresent()) {
      fields = fields.with("If-Modified-Since", lastModified.get());
    }
    return new RequestHead(request.method(), request.url(), fields);
  }

  /** What a client has besides what is stored; nothing where it has too much to send along. */
  private static List<EntityTag> clientsOwnTags(RequestHead request, EntityTag ours) {
    List<EntityTag> tags =
        EntityTag.parseList(request.fields().all("If-None-Match")).stream()
            .filter(tag -> !tag.weaklyEquals(ours))
            .toList();
    return tags.size() > MAX_CLIENT_TAGS ? List.of() : tags;
  }

  /** A request for the whole representation, whatever the client has of it. */
  static RequestHead unconditional(RequestHead request) {
    Fields fields = HopByHop.removeFrom(request.fields()).without("Range");
    for (String name : CONDITIONAL) {
      fields = fields.without(name);
    }
    return new RequestHead(request.method(), request.url(), fields);
  }

  /** Whether a 304 speaks of what the client has and we have not. */
  static boolean isOfClientsOwn(ResponseHead notModified, CacheDecision.Revalidate asked) {
    Optional<EntityTag> ours = asked.stored().entityTag();
    Optional<EntityTag> tag = notModified.fields().first("ETag").flatMap(EntityTag::parse);
    return ours.isPresent()
        && tag.isPresent()
        && clientsOwnTags(asked.client(), ours.get()).stream().anyMatch(tag.get()::weaklyEquals);
  }

  /**
   * Whether a 304 speaks of this stored response (RFC 9111 section 4.3.4). One without an entity
   * tag does where no other was asked about.
   */
  static boolean identifies(ResponseHead notModified, CacheDecision.Revalidate asked) {
    StoredResponse stored = asked.stored();
    Optional<EntityTag> tag = notModified.fields().first("ETag").flatMap(EntityTag::parse);
    if (tag.isEmpty()) {
      return stored.entityTag().isEmpty()
          || clientsOwnTags(asked.client(), stored.entityTag().get()).isEmpty();
    }
    return names(tag.get(), stored);
  }

  /**
   * Whether the tag of a 304 is that of this stored response. RFC 9111 section 4.3.4: "if none of
   * the stored responses contains at least one of the same strong validators, the cache MUST NOT
   * use the new response to update".
   */
  static boolean names(EntityTag tag, StoredResponse stored) {
    Optional<EntityTag> ours = stored.entityTag();
    return ours.isPresent()
        && (tag.weak() ? ours.get().weaklyEquals(tag) : ours.get().stronglyEquals(tag));
  }
}
