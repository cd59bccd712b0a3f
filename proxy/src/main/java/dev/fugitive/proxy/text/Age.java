package dev.fugitive.proxy.text;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as people say them: one unit, the largest that fits. */
public final class Age {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,6}) ?(s|m|min|h|d)");

  private Age() {}

  /** {@code 12 s}, {@code 5 min}, {@code 3 h}, {@code 40 d}. */
  public static String format(Duration age) {
    long seconds = Math.abs(age.toSeconds());
    String sign = age.isNegative() ? "-" : "";
    if (seconds < 120) {
      return sign + seconds + " s";
    }
    if (seconds < 7200) {
      return sign + seconds / 60 + " min";
    }
    return sign + (seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " d");
  }

  /** Reads {@code 30s}, {@code 10m}, {@code 3h} or {@code 7d}; empty where the text is another. */
  public static Optional<Duration> parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(form.group(1));
    return Optional.of(
        switch (form.group(2)) {
          case "s" -> Duration.ofSeconds(count);
          case "m", "min" -> Duration.ofMinutes(count);
          case "h" -> Duration.ofHours(count);
          default -> Duration.ofDays(count);
        });
  }
}
