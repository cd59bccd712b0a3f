package dev.fugitive.cache.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The syntax that list-based fields share (RFC 9110 section 5.6): members, tokens, quotes. */
final class FieldValues {
  /** Members beyond this many of one field are not looked at; no sane sender comes near. */
  static final int MAX_MEMBERS = 1024;

  private FieldValues() {}

  /**
   * The members of a list-based field over all its lines: split at commas outside quoted strings,
   * trimmed, empty ones left out (RFC 9110 section 5.6.1.2). A quoted string that never ends takes
   * the rest of its line.
   */
  static List<String> members(List<String> values) {
    List<String> members = new ArrayList<>();
    for (String value : values) {
      split(value, members);
    }
    return members;
  }

  private static void split(String value, List<String> into) {
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        add(value, start, i, into);
        start = i + 1;
      }
    }
    add(value, Math.min(start, value.length()), value.length(), into);
  }

  private static void add(String value, int start, int end, List<String> into) {
    String member = trim(value.substring(start, end));
    if (!member.isEmpty() && into.size() < MAX_MEMBERS) {
      into.add(member);
    }
  }

  /** Without optional whitespace (SP and HTAB alone, RFC 9110 section 5.6.3) at either end. */
  static String trim(String value) {
    int start = 0;
    int end = value.length();
    while (start < end && isWhitespace(value.charAt(start))) {
      start++;
    }
    while (end > start && isWhitespace(value.charAt(end - 1))) {
      end--;
    }
    return value.substring(start, end);
  }

  private static boolean isWhitespace(char c) {
    return c == ' ' || c == '\t';
  }

  /** Whether this is a token (RFC 9110 section 5.6.2). */
  static boolean isToken(String text) {
    return !text.isEmpty() && text.chars().allMatch(FieldValues::isTokenCharacter);
  }

  /** Whether this character can be part of a token. */
  static boolean isTokenCharacter(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }

  /** Lower case for comparing names, the same in every locale. */
  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
