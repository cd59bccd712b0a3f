package dev.fugitive.cache.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Dates as HTTP writes them (RFC 9110 section 5.6.7); what is no date is empty, never an error. */
public final class HttpDate {
  private static final DateTimeFormatter IMF_FIXDATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  private static final String MONTH = "(?<month>[a-z]{3})";
  private static final String TIME = "(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>[0-5]\\d|60)";

  private static final Pattern FIXDATE =
      pattern(
          "(?:mon|tue|wed|thu|fri|sat|sun), (?<day>\\d{2}) " + MONTH + " (?<year>\\d{4}) ",
          TIME + " gmt");

  private static final Pattern RFC_850 =
      pattern(
          "(?:mon|tues|wednes|thurs|fri|satur|sun)day, (?<day>\\d{2})-"
              + MONTH
              + "-(?<year>\\d{2}) ",
          TIME + " gmt");

  private static final Pattern ASCTIME =
      pattern(
          "(?:mon|tue|wed|thu|fri|sat|sun) " + MONTH + " (?<day>[ \\d]\\d) ",
          TIME + " (?<year>\\d{4})");

  private HttpDate() {}

  private static Pattern pattern(String start, String end) {
    // RFC 9111 section 4.2: a cache recipient SHOULD match the field value case-insensitively
    return Pattern.compile(start + end, Pattern.CASE_INSENSITIVE);
  }

  /** The date as a sender must write it: IMF-fixdate. */
  public static String format(Instant instant) {
    return IMF_FIXDATE.format(instant);
  }

  /**
   * Reads any of the three formats.
   *
   * @param now decides the century of a two-digit year
   */
  public static Optional<Instant> parse(String value, Instant now) {
    String text = FieldValues.trim(value);
    for (Pattern form : List.of(FIXDATE, RFC_850, ASCTIME)) {
      Matcher matcher = form.matcher(text);
      if (matcher.matches()) {
        return instant(matcher, now);
      }
    }
    return Optional.empty();
  }

  /** The date in the first line of a field; empty where there is none or it is malformed. */
  static Optional<Instant> of(Fields fields, String name, Instant now) {
    return fields.first(name).flatMap(value -> parse(value, now));
  }

  private static Optional<Instant> instant(Matcher date, Instant now) {
    int month = MONTHS.indexOf(FieldValues.lower(date.group("month"))) + 1;
    int year = number(date.group("year"));
    boolean twoDigits = date.group("year").length() == 2;
    try {
      LocalDateTime parsed =
          LocalDateTime.of(
              twoDigits ? 2000 + year : year,
              month,
              number(date.group("day")),
              number(date.group("hour")),
              number(date.group("minute")),
              // RFC 9110 section 5.6.7 allows second 60, a leap second
              Math.min(number(date.group("second")), 59));
      return Optional.of(twoDigits ? century(parsed, now) : parsed.toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * RFC 9110 section 5.6.7: a recipient of a two-digit year MUST interpret a timestamp that appears
   * to be more than 50 years in the future as the most recent year in the past with the same last
   * two digits.
   */
  private static Instant century(LocalDateTime date, Instant now) {
    LocalDateTime today = LocalDateTime.ofInstant(now, ZoneOffset.UTC);
    LocalDateTime candidate = date.withYear(today.getYear() / 100 * 100 + date.getYear() % 100);
    boolean tooFarAhead = candidate.isAfter(today.plusYears(50));
    return (tooFarAhead ? candidate.minusYears(100) : candidate).toInstant(ZoneOffset.UTC);
  }

  private static int number(String digits) {
    return Integer.parseInt(FieldValues.trim(digits));
  }
}
