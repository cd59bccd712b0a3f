package dev.fugitive.cache.http;

import java.util.OptionalLong;

/** A number of seconds as fields write it (RFC 9111 section 1.2.2). */
final class DeltaSeconds {
  private DeltaSeconds() {}

  /**
   * Reads digits and nothing else; "if a cache receives a delta-seconds value greater than the
   * greatest integer it can represent, the cache MUST consider the value to be 2147483648".
   */
  static OptionalLong parse(String digits) {
    if (digits.isEmpty()) {
      return OptionalLong.empty();
    }
    long seconds = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return OptionalLong.empty();
      }
      seconds = Math.min(seconds * 10 + (c - '0'), CacheControl.MAX_SECONDS);
    }
    return OptionalLong.of(seconds);
  }
}
