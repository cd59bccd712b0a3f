package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which fields end at this hop (RFC 9110 section 7.6.1). */
final class HopByHop {
  private static final Set<String> ALWAYS =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authentication-info",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /**
   * Fields that frame, route or protect a message: {@code Connection} may name them, and they stay
   * all the same, because dropping them is an attack (P7 of what broke other proxies).
   */
  private static final Set<String> NEVER =
      Set.of(
          "authorization",
          "cache-control",
          "content-encoding",
          "content-length",
          "content-range",
          "content-type",
          "cookie",
          "date",
          "etag",
          "expires",
          "host",
          "if-match",
          "if-none-match",
          "origin",
          "range",
          "set-cookie",
          "vary",
          "via",
          "x-forwarded-for");

  private HopByHop() {}

  /** The fields that go on. */
  static Fields strip(Fields fields) {
    Set<String> dropped = new HashSet<>(ALWAYS);
    for (String name : listed(fields, "Connection")) {
      if (!NEVER.contains(name)) {
        dropped.add(name);
      }
    }
    return new Fields(
        fields.lines().stream()
            .filter(line -> !dropped.contains(line.name().toLowerCase(Locale.ROOT)))
            .toList());
  }

  /** The members of a comma-separated field, in lower case. */
  static List<String> listed(Fields fields, String name) {
    return fields.all(name).stream()
        .flatMap(value -> Arrays.stream(value.split(",")))
        .map(member -> member.strip().toLowerCase(Locale.ROOT))
        .filter(member -> !member.isEmpty())
        .toList();
  }
}
