package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.CacheDecision;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.Vary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What calls must have in common to share one upstream fetch.
 *
 * @param resource of a fetch, all variants; of a revalidation, the one that is validated
 * @param asked what a revalidation sends, or which range is asked for
 */
record FlightKey(ResourceKey resource, Fields asked) {
  /** Request fields that make an answer depend on more than the resource. */
  private static final List<String> PERSONAL =
      List.of(
          "Authorization", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since");

  /**
   * Empty where a call neither shares its answer nor wants another's.
   *
   * @param revalidation the decision that the request carries out, where it is one of our own
   */
  static Optional<FlightKey> of(
      RequestHead request, CacheDecision.@Nullable Revalidate revalidation) {
    if (says(request, "no-store")) {
      return Optional.empty();
    }
    return revalidation == null ? ofFetch(request) : ofRevalidation(request, revalidation);
  }

  /** Whether a call that finds nothing stored may follow a body from its first byte. */
  static boolean mayFollow(RequestHead request) {
    return request.method().equals("GET")
        && !request.fields().has("Range")
        && of(request, null).isPresent();
  }

  /** The same of a call that asks which of several stored variants is its own. */
  static Optional<FlightKey> ofVariants(RequestHead request, CacheDecision.ValidateAny asked) {
    Fields fields = request.fields();
    if (fields.has("Authorization") || says(request, "no-") || fields.has("Pragma")) {
      return Optional.empty();
    }
    List<String> varying =
        asked.variants().stream()
            .flatMap(variant -> variant.varyNames().stream())
            .distinct()
            .sorted()
            .toList();
    List<Fields.Field> telling = new ArrayList<>(Vary.select(fields, varying).lines());
    fields.lines().stream().filter(line -> isValidator(line.name())).forEach(telling::add);
    return Optional.of(new FlightKey(ResourceKey.primary(request), new Fields(telling)));
  }

  /** Empty where a call for ranges neither shares its answer nor wants another's. */
  static Optional<FlightKey> ofRange(RequestHead request) {
    boolean alone =
        request.fields().all("Range").size() != 1
            || request.fields().has("Pragma")
            || says(request, "no-")
            || PERSONAL.stream().anyMatch(request.fields()::has);
    return alone
        ? Optional.empty()
        : Optional.of(new FlightKey(ResourceKey.primary(request), rangeOf(request)));
  }

  private static Fields rangeOf(RequestHead request) {
    return new Fields(
        request.fields().lines().stream()
            .filter(line ->
                line.name().equalsIgnoreCase("Range") || line.name().equalsIgnoreCase("If-Range"))
            .toList());
  }

  private static Optional<FlightKey> ofFetch(RequestHead request) {
    return PERSONAL.stream().anyMatch(request.fields()::has)
        ? Optional.empty()
        : Optional.of(new FlightKey(ResourceKey.primary(request), Fields.EMPTY));
  }

  /** The preconditions are our own. Who says {@code no-cache} wants to have asked himself. */
  private static Optional<FlightKey> ofRevalidation(
      RequestHead request, CacheDecision.Revalidate revalidation) {
    Fields fields = request.fields();
    if (fields.has("Authorization") || says(request, "no-cache") || fields.has("Pragma")) {
      return Optional.empty();
    }
    List<Fields.Field> validators =
        fields.lines().stream().filter(line -> isValidator(line.name())).toList();
    return Optional.of(new FlightKey(revalidation.stored().variantKey(), new Fields(validators)));
  }

  private static boolean isValidator(String name) {
    return name.equalsIgnoreCase("If-None-Match") || name.equalsIgnoreCase("If-Modified-Since");
  }

  private static boolean says(RequestHead request, String directive) {
    return request.fields().all("Cache-Control").stream()
        .anyMatch(value -> value.contains(directive));
  }
}
