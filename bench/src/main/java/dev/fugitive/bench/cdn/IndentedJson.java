package dev.fugitive.bench.cdn;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes maps, lists, texts, numbers and truth values as JSON (RFC 8259): each on a line of its
 * own, members in their map's order.
 */
final class IndentedJson {
  private IndentedJson() {}

  static String of(Object value) {
    StringBuilder json = new StringBuilder();
    write(json, value, "\n");
    return json.append('\n').toString();
  }

  private static void write(StringBuilder json, Object value, String indent) {
    switch (value) {
      case Map<?, ?> map -> {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          json.append(separator).append(indent).append("  ");
          text(json, String.valueOf(entry.getKey()));
          json.append(": ");
          write(json, entry.getValue(), indent + "  ");
          separator = ",";
        }
        json.append(map.isEmpty() ? "{" : indent).append('}');
      }
      case List<?> list -> {
        String separator = "[";
        for (Object element : list) {
          json.append(separator).append(indent).append("  ");
          write(json, element, indent + "  ");
          separator = ",";
        }
        json.append(list.isEmpty() ? "[" : indent).append(']');
      }
      case Double number when Double.isFinite(number) ->
          json.append(String.format(Locale.ROOT, "%.4f", number));
      case Double notANumber -> json.append("null");
      case Number number -> json.append(number);
      case Boolean truth -> json.append(truth);
      default -> text(json, value.toString());
    }
  }

  private static void text(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }
}
