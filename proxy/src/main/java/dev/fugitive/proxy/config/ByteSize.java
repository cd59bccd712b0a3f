package dev.fugitive.proxy.config;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 512k}, {@code 256m}, {@code 10g}, {@code 2t}, or bytes. */
public final class ByteSize {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,15})(?:([kmgt])(?:i?b)?|b)?", Pattern.CASE_INSENSITIVE);
  private static final String UNITS = "kmgt";

  private ByteSize() {}

  /** The number of bytes; empty when the text is no size or more than fits. */
  public static OptionalLong parse(String text) {
    Matcher parts = FORM.matcher(text.strip());
    if (!parts.matches()) {
      return OptionalLong.empty();
    }
    long count = Long.parseLong(parts.group(1));
    String unit = parts.group(2);
    int shift = unit == null ? 0 : 10 * (UNITS.indexOf(Character.toLowerCase(unit.charAt(0))) + 1);
    return count > Long.MAX_VALUE >> shift ? OptionalLong.empty() : OptionalLong.of(count << shift);
  }

  /** A size for people, with three digits at most before the unit. */
  public static String format(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 1024 && unit < UNITS.length() - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(
        Locale.ROOT, "%.1f %ciB", value, Character.toUpperCase(UNITS.charAt(unit)));
  }
}
