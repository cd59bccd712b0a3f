package dev.fugitive.proxy.text;

import java.time.Duration;

/** Lengths of time as people say them: one unit, the largest that fits. */
public final class Age {
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
}
