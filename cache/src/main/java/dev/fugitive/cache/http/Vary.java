package dev.fugitive.cache.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which request fields select a response (RFC 9110 section 12.5.5, RFC 9111 section 4.1). */
public final class Vary {
  /** RFC 9110 section 12.4.2. */
  private static final Pattern WEIGHTED =
      Pattern.compile(
          "(?<choice>[^;\\s]+)[ \\t]*;[ \\t]*q=(?<weight>0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?)");

  private static final Pattern TRAILING_ZEROS = Pattern.compile("\\.0*$|(?<=\\.\\d{1,2})0+$");

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
   * RFC 9111 section 4.1: lines of one name combined, whitespace around commas dropped, and for
   * content codings and languages what "is known to have identical semantics": they are
   * case-insensitive (RFC 9110 sections 8.4.1, 8.5.1), and it is their weight that ranks them, not
   * their order (12.5.3, 12.5.4: "this behavior cannot be relied upon").
   */
  private static Optional<String> normalised(Fields request, String name) {
    List<String> lines = request.all(name);
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    Stream<String> members = FieldValues.members(lines).stream();
    boolean weighted = name.equals("accept-encoding") || name.equals("accept-language");
    return Optional.of(
        (weighted ? members.map(Vary::weighted).sorted().distinct() : members)
            .collect(Collectors.joining(",")));
  }

  /** {@code EN ; q=0.50} is {@code en;q=0.5}, and a weight of 1 is not said. */
  private static String weighted(String member) {
    Matcher matcher = WEIGHTED.matcher(FieldValues.lower(member));
    if (!matcher.matches()) {
      return FieldValues.lower(member);
    }
    String weight = TRAILING_ZEROS.matcher(matcher.group("weight")).replaceFirst("");
    return matcher.group("choice") + (weight.equals("1") ? "" : ";q=" + weight);
  }
}
