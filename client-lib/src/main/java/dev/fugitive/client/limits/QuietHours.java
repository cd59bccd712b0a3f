package dev.fugitive.client.limits;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of each day, by the clock on the wall, in which nothing is given: {@code 22:00-07:00}
 * lasts over midnight.
 *
 * <p>The wall's clock counts on days of 23 and 25 hours, too: an hour that is skipped is not
 * missed, an hour that comes twice is quiet both times.
 *
 * @param from the first quiet minute
 * @param until the first minute that is not
 */
public record QuietHours(LocalTime from, LocalTime until) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,2}:\\d{2})-(\\d{1,2}:\\d{2})");
  private static final int DAYS_TO_LOOK_AHEAD = 3;

  /** Refuses hours that would be all of the day or none of it. */
  public QuietHours {
    if (from.equals(until)) {
      throw new IllegalArgumentException(
          "quiet hours: " + from + "-" + until + " (expected: two different times)");
    }
  }

  /** Hours as people write them: {@code 22:00-07:00}. */
  public static QuietHours parse(String text) {
    Matcher parts = FORM.matcher(text.strip());
    if (parts.matches()) {
      try {
        return new QuietHours(time(parts.group(1)), time(parts.group(2)));
      } catch (DateTimeException noTime) {
        throw malformed(text, noTime);
      }
    }
    throw malformed(text, null);
  }

  private static LocalTime time(String text) {
    return LocalTime.parse(text.length() == 4 ? "0" + text : text);
  }

  private static IllegalArgumentException malformed(
      String text, @Nullable DateTimeException cause) {
    return new IllegalArgumentException(
        "quiet hours: " + text + " (expected: HH:MM-HH:MM, for example 22:00-07:00)", cause);
  }

  /** Whether this is a quiet moment there. */
  public boolean contains(Instant moment, ZoneId zone) {
    LocalTime time = LocalTime.ofInstant(moment, zone);
    boolean begun = !time.isBefore(from);
    boolean goesOn = time.isBefore(until);
    return from.isBefore(until) ? begun && goesOn : begun || goesOn;
  }

  /** The next moment after this one at which it becomes quiet, or stops being. */
  public Instant nextChange(Instant moment, ZoneId zone) {
    boolean quiet = contains(moment, zone);
    LocalDate today = LocalDate.ofInstant(moment, zone);
    Instant earliest = Instant.MAX;
    for (int day = 0; day < DAYS_TO_LOOK_AHEAD; day++) {
      for (LocalTime time : new LocalTime[] {from, until}) {
        ZonedDateTime edge = ZonedDateTime.of(today.plusDays(day), time, zone);
        earliest = sooner(earliest, edge.withEarlierOffsetAtOverlap(), moment, quiet);
        earliest = sooner(earliest, edge.withLaterOffsetAtOverlap(), moment, quiet);
      }
    }
    // the hour that is skipped may hold the edge
    ZoneOffsetTransition shift = zone.getRules().nextTransition(moment);
    return shift == null
        ? earliest
        : sooner(earliest, shift.getInstant().atZone(zone), moment, quiet);
  }

  private Instant sooner(Instant earliest, ZonedDateTime edge, Instant after, boolean quiet) {
    Instant at = edge.toInstant();
    boolean changes = contains(at, edge.getZone()) != quiet;
    return at.isAfter(after) && at.isBefore(earliest) && changes ? at : earliest;
  }

  @Override
  public String toString() {
    return from + "-" + until;
  }
}
