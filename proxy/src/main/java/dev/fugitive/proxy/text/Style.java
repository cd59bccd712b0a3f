package dev.fugitive.proxy.text;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How text looks on one stream.
 *
 * @param colours whether tones become colours
 * @param unicode whether signs beyond ASCII can be shown
 */
public record Style(boolean colours, boolean unicode) {
  /** Words alone. */
  public static final Style PLAIN = new Style(false, false);

  private static final String ESCAPE = "\u001b[";

  /**
   * Colours on a terminal, unless the user wants none: a variable {@code NO_COLOR} that is not
   * empty, or a terminal that is called dumb.
   */
  public static Style of(boolean terminal, Map<String, String> environment, Charset charset) {
    boolean colours =
        terminal
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "").equals("dumb");
    return new Style(colours, charset.equals(StandardCharsets.UTF_8));
  }

  /** The text in its tone. */
  public String paint(Tone tone, String text) {
    return colours && tone != Tone.PLAIN && !text.isEmpty()
        ? ESCAPE + tone.parameters() + "m" + text + ESCAPE + "0m"
        : text;
  }

  /** What stands for text that was cut off. */
  public String ellipsis() {
    return unicode ? "\u2026" : "..";
  }

  /** What leads to what is to be done. */
  public String arrow() {
    return unicode ? "\u2192" : "->";
  }

  /** Text that others wrote, without what a terminal would obey. */
  public static String harmless(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
        .forEach(safe::appendCodePoint);
    return safe.toString();
  }

  /** Text in at most so many columns, its middle cut out where it is longer. */
  public String fit(String text, int columns) {
    int length = text.codePointCount(0, text.length());
    if (length <= columns) {
      return text;
    }
    if (columns <= ellipsis().length()) {
      return text.substring(0, text.offsetByCodePoints(0, columns));
    }
    int kept = columns - ellipsis().length();
    int tail = kept / 3;
    int headEnd = text.offsetByCodePoints(0, kept - tail);
    int tailStart = text.offsetByCodePoints(0, length - tail);
    return text.substring(0, headEnd) + ellipsis() + text.substring(tailStart);
  }

  /** Text in lines of at most so many columns, broken between words; 0 and less set no limit. */
  public static List<String> wrapped(String text, int columns) {
    String safe = harmless(text);
    if (columns <= 0) {
      return List.of(safe);
    }
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : safe.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > columns) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
