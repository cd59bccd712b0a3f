package dev.fugitive.proxy.control;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes maps, lists, strings, numbers and truth values as JSON (RFC 8259); keys are sorted. */
public final class JsonText {
  private JsonText() {}

  /** The value as text. */
  public static String write(Object value) {
    StringBuilder text = new StringBuilder();
    append(text, value);
    return text.toString();
  }

  private static void append(StringBuilder text, Object value) {
    switch (value) {
      case Map<?, ?> map -> appendMap(text, map);
      case JsonObject object -> appendMap(text, object.members());
      case Collection<?> list -> appendList(text, list);
      case Optional<?> maybe ->
          maybe.ifPresentOrElse(v -> append(text, v), () -> text.append("null"));
      case Long number -> text.append(number.longValue());
      case Integer number -> text.append(number.intValue());
      case Double number -> text.append(Double.isFinite(number) ? number.toString() : "null");
      case Boolean truth -> text.append(truth.booleanValue());
      default -> appendString(text, value.toString());
    }
  }

  private static void appendMap(StringBuilder text, Map<?, ?> map) {
    Map<String, Object> sorted = new TreeMap<>();
    map.forEach((key, value) -> sorted.put(String.valueOf(key), value));
    text.append('{');
    for (Iterator<Map.Entry<String, Object>> left = sorted.entrySet().iterator();
        left.hasNext(); ) {
      Map.Entry<String, Object> entry = left.next();
      appendString(text, entry.getKey());
      text.append(':');
      append(text, entry.getValue());
      text.append(left.hasNext() ? "," : "");
    }
    text.append('}');
  }

  private static void appendList(StringBuilder text, Collection<?> list) {
    text.append('[');
    for (Iterator<?> left = list.iterator(); left.hasNext(); ) {
      append(text, left.next());
      text.append(left.hasNext() ? "," : "");
    }
    text.append(']');
  }

  /** Appends a string in quotation marks. */
  public static void appendString(StringBuilder text, String value) {
    text.append('"');
    int copied = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\' || c < ' ') {
        text.append(value, copied, i).append(escaped(c));
        copied = i + 1;
      }
    }
    text.append(value, copied, value.length()).append('"');
  }

  private static String escaped(char c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> String.format("\\u%04x", (int) c);
    };
  }
}
