package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Fields whose value is a list of tokens (RFC 9110 section 5.6.1). */
final class FieldLists {
  private FieldLists() {}

  /** The members of all lines with this name, in lower case. */
  static List<String> members(Fields fields, String name) {
    return fields.all(name).stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .map(member -> member.strip().toLowerCase(Locale.ROOT))
        .filter(member -> !member.isEmpty())
        .toList();
  }
}
