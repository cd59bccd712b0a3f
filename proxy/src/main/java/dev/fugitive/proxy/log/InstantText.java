package dev.fugitive.proxy.log;

import java.time.Instant;

/**
 * Writes instants as {@link Instant#toString} does, but takes a date apart only once for all
 * instants of a second. Confined to one thread.
 */
final class InstantText {
  private static final int NANOS_A_MILLI = 1_000_000;
  private static final int NANOS_A_MICRO = 1_000;

  private long second = Long.MIN_VALUE;
  private String untilSecond = "";

  void append(StringBuilder text, Instant instant) {
    if (instant.getEpochSecond() != second) {
      String whole = Instant.ofEpochSecond(instant.getEpochSecond()).toString();
      untilSecond = whole.substring(0, whole.length() - 1);
      second = instant.getEpochSecond();
    }
    text.append(untilSecond);
    appendFraction(text, instant.getNano());
    text.append('Z');
  }

  /** In groups of three digits, as many as it needs. */
  private static void appendFraction(StringBuilder text, int nanos) {
    if (nanos == 0) {
      return;
    }
    text.append('.');
    if (nanos % NANOS_A_MILLI == 0) {
      appendDigits(text, nanos / NANOS_A_MILLI, 100);
    } else if (nanos % NANOS_A_MICRO == 0) {
      appendDigits(text, nanos / NANOS_A_MICRO, 100_000);
    } else {
      appendDigits(text, nanos, 100_000_000);
    }
  }

  private static void appendDigits(StringBuilder text, int value, int highestPlace) {
    for (int place = highestPlace; place > 0; place /= 10) {
      text.append((char) ('0' + value / place % 10));
    }
  }
}
