package dev.fugitive.cache.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An entity tag (RFC 9110 section 8.8.3): the opaque text between the quotes, strong or weak. */
public record EntityTag(boolean weak, String opaque) {
  /** Reads {@code "x"} or {@code W/"x"}; empty where the text is anything else. */
  public static Optional<EntityTag> parse(String value) {
    String text = FieldValues.trim(value);
    boolean weak = text.startsWith("W/");
    String quoted = weak ? text.substring(2) : text;
    if (quoted.length() < 2 || quoted.charAt(0) != '"') {
      return Optional.empty();
    }
    // a backslash escapes nothing here, so the next quote must be the last character
    if (quoted.indexOf('"', 1) != quoted.length() - 1) {
      return Optional.empty();
    }
    return Optional.of(new EntityTag(weak, quoted.substring(1, quoted.length() - 1)));
  }

  /** The well-formed tags of an {@code If-None-Match} or {@code If-Match} list. */
  static List<EntityTag> parseList(List<String> lines) {
    List<EntityTag> tags = new ArrayList<>();
    for (String line : lines) {
      int at = 0;
      while (at < line.length() && tags.size() < FieldValues.MAX_MEMBERS) {
        int open = line.indexOf('"', at);
        int close = open < 0 ? -1 : line.indexOf('"', open + 1);
        if (close < 0) {
          break;
        }
        // what is before the quotes and after the last comma belongs to this tag
        int start = Math.max(at, line.lastIndexOf(',', open) + 1);
        parse(line.substring(start, close + 1)).ifPresent(tags::add);
        at = close + 1;
      }
    }
    return tags;
  }

  /** RFC 9110 section 8.8.3.2: equal and both strong. */
  public boolean stronglyEquals(EntityTag other) {
    return !weak && !other.weak && opaque.equals(other.opaque);
  }

  /** RFC 9110 section 8.8.3.2: equal text, strong or not. */
  public boolean weaklyEquals(EntityTag other) {
    return opaque.equals(other.opaque);
  }

  @Override
  public String toString() {
    return (weak ? "W/\"" : "\"") + opaque + '"';
  }
}
