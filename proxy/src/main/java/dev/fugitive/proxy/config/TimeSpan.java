package dev.fugitive.proxy.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as people write them: {@code 90s}, {@code 30m}, {@code 2h}, {@code 1d}. */
public final class TimeSpan {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,6})([smhd])");

  private TimeSpan() {}

  /** The span, longer than none; empty when the text is none. */
  public static Optional<Duration> parse(String text) {
    Matcher parts = FORM.matcher(text.strip());
    if (!parts.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(parts.group(1));
    Duration span =
        switch (parts.group(2)) {
          case "s" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMinutes(count);
          case "h" -> Duration.ofHours(count);
          default -> Duration.ofDays(count);
        };
    return span.isZero() ? Optional.empty() : Optional.of(span);
  }
}
