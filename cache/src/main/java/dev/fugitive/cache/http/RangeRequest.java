package dev.fugitive.cache.http;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a request's {@code Range} asks of a whole stored body (RFC 9110 section 14). Several ranges
 * get the whole, as a server may (14.2).
 */
public sealed interface RangeRequest {
  /** What a body can be sent for. */
  sealed interface Servable extends RangeRequest {}

  /** All of it, as 200. */
  record Whole() implements Servable {}

  /** One range, as 206; both ends inclusive. */
  record Part(long first, long last) implements Servable {
    /** How many bytes. */
    public long length() {
      return last - first + 1;
    }
  }

  /** No byte of it, as 416. */
  record Unsatisfiable() implements RangeRequest {}

  /** Decides what of a stored response's body a request asks for. */
  static RangeRequest of(RequestHead request, StoredResponse stored, Instant now) {
    // RFC 9110 section 14.2: a server MUST ignore Range with a method other than GET
    if (!request.method().equals("GET") || stored.head().status() != 200) {
      return new Whole();
    }
    List<String> lines = request.fields().all("Range");
    if (lines.size() != 1 || !ifRangeHolds(request, stored, now)) {
      return new Whole();
    }
    return parse(lines.getFirst(), stored.content().length());
  }

  /**
   * Reads one {@code Range} value against a length. What is malformed, of another unit, or several
   * ranges is ignored: {@link Whole}.
   */
  static RangeRequest parse(String value, long length) {
    String text = FieldValues.trim(value);
    // RFC 9110 section 14.1: range units are case-insensitive
    if (!text.regionMatches(true, 0, "bytes=", 0, 6)) {
      return new Whole();
    }
    String range = FieldValues.trim(text.substring(6));
    int dash = range.indexOf('-');
    if (dash < 0) {
      return new Whole();
    }
    String first = range.substring(0, dash);
    String last = range.substring(dash + 1);
    return first.isEmpty() ? suffix(last, length) : interval(first, last, length);
  }

  private static RangeRequest suffix(String digits, long length) {
    OptionalLong wanted = position(digits);
    if (wanted.isEmpty()) {
      return new Whole();
    }
    // RFC 9110 section 14.1.2: a suffix is satisfiable where its length is not zero
    if (wanted.getAsLong() == 0 || length == 0) {
      return new Unsatisfiable();
    }
    return new Part(Math.max(0, length - wanted.getAsLong()), length - 1);
  }

  private static RangeRequest interval(String firstDigits, String lastDigits, long length) {
    OptionalLong first = position(firstDigits);
    OptionalLong last =
        lastDigits.isEmpty() ? OptionalLong.of(Long.MAX_VALUE) : position(lastDigits);
    // RFC 9110 section 14.1.1: an int-range is invalid if the last position is less than the first
    if (first.isEmpty() || last.isEmpty() || last.getAsLong() < first.getAsLong()) {
      return new Whole();
    }
    if (first.getAsLong() >= length) {
      return new Unsatisfiable();
    }
    return new Part(first.getAsLong(), Math.min(last.getAsLong(), length - 1));
  }

  /** Digits alone; what exceeds 64 bits is as far as a position can be. */
  private static OptionalLong position(String digits) {
    if (digits.isEmpty() || digits.chars().anyMatch(c -> c < '0' || c > '9')) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(digits));
    } catch (NumberFormatException e) {
      return OptionalLong.of(Long.MAX_VALUE);
    }
  }

  /**
   * RFC 9110 section 13.1.5: the range holds where the validator matches by strong comparison; a
   * date must be exactly the stored one, and a strong validator (8.8.2.2: at least a second before
   * {@code Date}).
   */
  private static boolean ifRangeHolds(RequestHead request, StoredResponse stored, Instant now) {
    Optional<String> validator = request.fields().first("If-Range");
    if (validator.isEmpty()) {
      return true;
    }
    Optional<EntityTag> tag = EntityTag.parse(validator.get());
    if (tag.isPresent()) {
      return stored.entityTag().filter(tag.get()::stronglyEquals).isPresent();
    }
    Optional<Instant> asked = HttpDate.parse(validator.get(), now);
    return asked.isPresent()
        && asked.equals(stored.lastModified())
        && !asked.get().isAfter(stored.date().minusSeconds(1));
  }
}
