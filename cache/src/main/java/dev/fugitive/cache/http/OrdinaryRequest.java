package dev.fugitive.cache.http;

import java.util.Set;

/**
 * Whether a request has nothing about it that could be the cause of an error: small, in plain
 * characters, without fields that an origin is known to stumble over.
 *
 * <p>An error that comes of anything else is kept from the store, since nobody else may be given
 * what one client brought about (cache-poisoned denial of service, by an oversize header, by meta
 * characters, by overriding the method). The length of the URL needs no limit: it is part of the
 * key.
 */
final class OrdinaryRequest {
  /** Half of the smallest limit that is usual in servers, 8 KiB. */
  static final int MAX_FIELD_BYTES = 4096;

  /** Fields whose value can be wrong, and whose absence never is. */
  private static final Set<String> TRYING =
      Set.of(
          "authorization",
          "expect",
          "if-match",
          "if-modified-since",
          "if-none-match",
          "if-range",
          "if-unmodified-since",
          "max-forwards",
          "range",
          "te",
          "transfer-encoding",
          "upgrade");

  private OrdinaryRequest() {}

  static boolean is(RequestHead request) {
    long bytes = 0;
    for (Fields.Field line : request.fields().lines()) {
      bytes += line.name().length() + line.value().length();
      if (bytes > MAX_FIELD_BYTES || !isOrdinary(line)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOrdinary(Fields.Field line) {
    String name = FieldValues.lower(line.name());
    return !TRYING.contains(name)
        && !name.startsWith("content-")
        && !Storability.UNKEYED.contains(name)
        && line.value().chars().allMatch(c -> c == '\t' || (c >= ' ' && c <= '~'));
  }
}
