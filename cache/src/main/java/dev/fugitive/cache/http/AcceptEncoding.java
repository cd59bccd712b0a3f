package dev.fugitive.cache.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The content codings that a client takes (RFC 9110 section 12.5.3). */
final class AcceptEncoding {
  private static final String ANY = "*";
  private static final String IDENTITY = "identity";

  /** By coding in lower case: whether it is taken, or refused by a weight of zero. */
  private final Map<String, Boolean> said = new HashMap<>();

  private AcceptEncoding(List<String> lines) {
    for (String member : FieldValues.members(lines)) {
      String[] parts = FieldValues.lower(member).split(";", 2);
      said.putIfAbsent(FieldValues.trim(parts[0]), parts.length < 2 || !isZero(parts[1]));
    }
  }

  static AcceptEncoding of(Fields request) {
    return new AcceptEncoding(request.all("Accept-Encoding"));
  }

  /**
   * No coding is acceptable unless {@code identity;q=0}, or {@code *;q=0} without a word about
   * identity, says otherwise.
   */
  boolean takesIdentity() {
    return said.getOrDefault(IDENTITY, said.getOrDefault(ANY, true));
  }

  /**
   * Whether the client asked for an answer with these codings. One that says nothing would have to
   * take any, and in truth can read none.
   */
  boolean asksFor(Fields answer) {
    List<String> codings =
        FieldValues.members(answer.all("Content-Encoding")).stream()
            .map(FieldValues::lower)
            .filter(coding -> !coding.equals(IDENTITY))
            .toList();
    return codings.isEmpty()
        ? takesIdentity()
        : codings.stream()
            .allMatch(coding -> said.getOrDefault(coding, said.getOrDefault(ANY, false)));
  }

  private static boolean isZero(String weight) {
    return weight.replace(" ", "").replace("\t", "").matches("q=0(\\.0{0,3})?");
  }
}
