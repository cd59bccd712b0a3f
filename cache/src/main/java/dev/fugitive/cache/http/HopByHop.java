package dev.fugitive.cache.http;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Fields that concern one connection only and are removed before forwarding or storing. */
public final class HopByHop {
  /** RFC 9110 section 7.6.1: always removed; {@code Proxy-*} are by their prefix. */
  private static final Set<String> ALWAYS =
      Set.of("connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade");

  /**
   * What a {@code Connection} field can name in vain: fields that frame a message, select or secure
   * it, or that others on the path rely on. A client that could have them removed would make two
   * recipients understand one message differently.
   */
  private static final Set<String> PROTECTED =
      Set.of(
          "host",
          "content-length",
          "content-type",
          "content-encoding",
          "content-range",
          "content-location",
          "cache-control",
          "pragma",
          "cookie",
          "set-cookie",
          "authorization",
          "www-authenticate",
          "age",
          "date",
          "expires",
          "vary",
          "etag",
          "last-modified",
          "location",
          "range",
          "if-range",
          "if-match",
          "if-none-match",
          "if-modified-since",
          "if-unmodified-since",
          "via",
          "forwarded",
          "origin",
          "max-forwards",
          "cache-status");

  private static final String PROXY_PREFIX = "proxy-";

  /** RFC 9209 section 2: tells of every proxy on the way, up to the client. */
  private static final String END_TO_END_PROXY_FIELD = "proxy-status";

  private HopByHop() {}

  /** The end-to-end fields among these, in order. */
  public static Fields removeFrom(Fields fields) {
    Set<String> named = namedByConnection(fields);
    List<Fields.Field> kept =
        fields.lines().stream().filter(line -> isEndToEnd(line.name(), named)).toList();
    return kept.size() == fields.lines().size() ? fields : new Fields(kept);
  }

  private static Set<String> namedByConnection(Fields fields) {
    List<String> lines = fields.all("Connection");
    if (lines.isEmpty()) {
      return Set.of();
    }
    Set<String> named = new HashSet<>();
    for (String member : FieldValues.members(lines)) {
      String name = FieldValues.lower(member);
      if (!PROTECTED.contains(name)) {
        named.add(name);
      }
    }
    return named;
  }

  private static boolean isEndToEnd(String name, Set<String> named) {
    String lower = FieldValues.lower(name);
    return !ALWAYS.contains(lower) && !isOfTheHop(lower) && !named.contains(lower);
  }

  private static boolean isOfTheHop(String lower) {
    return lower.startsWith(PROXY_PREFIX) && !lower.equals(END_TO_END_PROXY_FIELD);
  }
}
