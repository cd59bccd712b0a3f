package dev.fugitive.cache.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which request fields select a response (RFC 9110 section 12.5.5, RFC 9111 section 4.1). */
public final class Vary {
  private Vary() {}

  /** The nominated field names in lower case, sorted, without repetition. */
  public static List<String> names(Fields response) {
    List<String> lines = response.all("Vary");
    if (lines.isEmpty()) {
      return List.of();
    }
    return List.copyOf(
        FieldValues.members(lines).stream()
            .map(FieldValues::lower)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  /**
   * What a request says in the nominated fields, normalised: one line per name that is there. A
   * name without a line was absent from the request.
   */
  public static Fields select(Fields request, List<String> names) {
    if (names.isEmpty()) {
      return Fields.EMPTY;
    }
    List<Fields.Field> selected = new ArrayList<>();
    for (String name : names) {
      normalised(request, name).ifPresent(value -> selected.add(new Fields.Field(name, value)));
    }
    return new Fields(selected);
  }

  /**
   * RFC 9111 section 4.1: a cache MUST NOT use a stored response without revalidation unless all
   * the presented selecting fields match those of the original request. A field that is absent from
   * one matches only if it is absent from the other; {@code *} always fails to match.
   */
  public static boolean matches(StoredResponse stored, RequestHead request) {
    List<String> names = stored.varyNames();
    return names.isEmpty()
        || (!names.contains("*") && select(request.fields(), names).equals(stored.selecting()));
  }

  /**
   * Lines of one name combined, whitespace around commas dropped, and for content codings and
   * languages, which are case-insensitive (RFC 9110 sections 8.4.1, 8.5.1), lower case.
   */
  private static Optional<String> normalised(Fields request, String name) {
    List<String> lines = request.all(name);
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    String combined = String.join(",", FieldValues.members(lines));
    boolean caseless = name.equals("accept-encoding") || name.equals("accept-language");
    return Optional.of(caseless ? FieldValues.lower(combined) : combined);
  }
}
