package dev.fugitive.cache.http;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a request's {@code Range} asks of a whole stored body (RFC 9110 section 14).
 *
 * <p>What touches, overlaps, or lies closer together than the lines that would stand between is one
 * range. A request that could be made to amplify (section 17.15) gets the whole: with more than
 * {@link #MAX_OVERLAPS} overlaps, more than {@link #MAX_PARTS} parts, or more bytes than the whole
 * has.
 */
public sealed interface RangeRequest {
  /** The most parts that one answer has. */
  int MAX_PARTS = 16;

  /** The most ranges that are read. */
  int MAX_RANGES = 64;

  /** RFC 9110 section 14.2: "more than two overlapping ranges" are a sign of a broken client. */
  int MAX_OVERLAPS = 2;

  /** What stands between two parts takes about as many bytes (RFC 9110 section 15.3.7.2). */
  int PART_OVERHEAD_BYTES = 80;

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

  /** At least two ranges that are apart, as 206 in several parts. */
  record Several(List<Part> parts) implements Servable {
    public Several {
      parts = List.copyOf(parts);
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
   * Reads one {@code Range} value against a length. What is malformed or of another unit is
   * ignored: {@link Whole}.
   */
  static RangeRequest parse(String value, long length) {
    String text = FieldValues.trim(value);
    // RFC 9110 section 14.1: range units are case-insensitive
    if (!text.regionMatches(true, 0, "bytes=", 0, 6)) {
      return new Whole();
    }
    List<Part> parts = new ArrayList<>();
    // RFC 9110 section 5.6.1: empty elements of a list are ignored
    List<String> ranges =
        Arrays.stream(text.substring(6).split(",", -1))
            .map(FieldValues::trim)
            .filter(range -> !range.isEmpty())
            .toList();
    if (ranges.isEmpty() || ranges.size() > MAX_RANGES) {
      return new Whole();
    }
    for (String range : ranges) {
      switch (one(range, length)) {
        // one invalid range makes the set invalid (section 14.2)
        case Whole whole -> {
          return whole;
        }
        case Part part -> parts.add(part);
        case Several several -> parts.addAll(several.parts());
        case Unsatisfiable ignored -> {
          // section 14.1.2: a set is satisfiable where one of its ranges is
        }
      }
    }
    return parts.isEmpty() ? new Unsatisfiable() : together(parts, length);
  }

  private static RangeRequest together(List<Part> asked, long length) {
    List<Part> sorted = asked.stream().sorted(Comparator.comparingLong(Part::first)).toList();
    List<Part> united = new ArrayList<>();
    int overlaps = 0;
    for (Part part : sorted) {
      Part before = united.isEmpty() ? null : united.getLast();
      if (before == null || part.first() - before.last() > PART_OVERHEAD_BYTES) {
        united.add(part);
        continue;
      }
      overlaps += part.first() <= before.last() ? 1 : 0;
      united.set(united.size() - 1, new Part(before.first(), Math.max(before.last(), part.last())));
    }
    long bytes = united.stream().mapToLong(Part::length).sum();
    if (overlaps > MAX_OVERLAPS || united.size() > MAX_PARTS) {
      return new Whole();
    }
    // section 15.3.7.2: a single range that remains is sent as such
    if (united.size() == 1) {
      return united.getFirst();
    }
    long parts = united.size();
    boolean worth = bytes <= length - parts * PART_OVERHEAD_BYTES;
    return worth ? new Several(inOrder(asked, united)) : new Whole();
  }

  /** Section 15.3.7.2: parts may be sent in the order in which their ranges were asked for. */
  private static List<Part> inOrder(List<Part> asked, List<Part> united) {
    LinkedHashSet<Part> ordered = new LinkedHashSet<>();
    for (Part part : asked) {
      united.stream()
          .filter(one -> one.first() <= part.first() && part.last() <= one.last())
          .forEach(ordered::add);
    }
    return List.copyOf(ordered);
  }

  private static RangeRequest one(String range, long length) {
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
