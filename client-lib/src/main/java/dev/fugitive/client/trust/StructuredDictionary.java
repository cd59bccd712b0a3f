package dev.fugitive.client.trust;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okio.ByteString;

/**
 * Reads a structured field that is a dictionary (RFC 8941 section 4.2.2).
 *
 * <p>A field that breaks the grammar anywhere counts as absent as a whole (section 4.2).
 */
final class StructuredDictionary {
  private static final int MAX_CHARS = 16 * 1024;
  private static final int MAX_MEMBERS = 256;
  private static final int MAX_INTEGER_DIGITS = 15;
  private static final int MAX_DECIMAL_WHOLE_DIGITS = 12;
  private static final int MAX_DECIMAL_FRACTION_DIGITS = 3;

  /** The grammar is broken; never leaves this class. */
  private static final class Malformed extends Exception {
    Malformed(String what, int at) {
      super(what + " at " + at, null, false, false);
    }
  }

  private final String text;
  private int at;

  private StructuredDictionary(String text) {
    this.text = text;
  }

  /** The members of the field whose lines these are; empty where it is malformed or too long. */
  static Optional<Map<String, StructuredItem>> parse(List<String> lines) {
    // RFC 8941 section 4.2: several lines are one, joined by commas
    String joined = String.join(", ", lines);
    if (joined.length() > MAX_CHARS) {
      return Optional.empty();
    }
    try {
      return Optional.of(new StructuredDictionary(joined).dictionary());
    } catch (Malformed malformed) {
      return Optional.empty();
    }
  }

  private Map<String, StructuredItem> dictionary() throws Malformed {
    Map<String, StructuredItem> members = new LinkedHashMap<>();
    skipSpaces();
    while (at < text.length()) {
      member(members);
      skipOptionalWhitespace();
      if (at == text.length()) {
        return members;
      }
      expect(',');
      skipOptionalWhitespace();
      if (at == text.length() || members.size() >= MAX_MEMBERS) {
        throw malformed("trailing comma, or too many members");
      }
    }
    return members;
  }

  private void member(Map<String, StructuredItem> members) throws Malformed {
    String key = key();
    StructuredItem value = new StructuredItem.Bool(true);
    if (skipIf('=')) {
      value = peek() == '(' ? innerList() : bareItem();
    }
    skipParameters();
    members.remove(key); // the last one counts, at its place (section 4.2.2)
    members.put(key, value);
  }

  private StructuredItem innerList() throws Malformed {
    expect('(');
    List<StructuredItem> items = new ArrayList<>();
    while (true) {
      skipSpaces();
      if (skipIf(')')) {
        return new StructuredItem.Inner(List.copyOf(items));
      }
      items.add(bareItem());
      skipParameters();
      if (peek() != ' ' && peek() != ')') {
        throw malformed("inner list: no space between items");
      }
    }
  }

  private void skipParameters() throws Malformed {
    while (skipIf(';')) {
      skipSpaces();
      key();
      if (skipIf('=')) {
        bareItem();
      }
    }
  }

  private StructuredItem bareItem() throws Malformed {
    char first = peek();
    return switch (first) {
      case '"' -> string();
      case ':' -> bytes();
      case '?' -> bool();
      default -> first == '-' || isDigit(first) ? number() : token();
    };
  }

  private StructuredItem number() throws Malformed {
    int start = at;
    skipIf('-');
    int whole = digits();
    if (!skipIf('.')) {
      if (whole == 0 || whole > MAX_INTEGER_DIGITS) {
        throw malformed("integer digits");
      }
      return new StructuredItem.Int(Long.parseLong(text, start, at, 10));
    }
    int fraction = digits();
    if (whole == 0
        || whole > MAX_DECIMAL_WHOLE_DIGITS
        || fraction == 0
        || fraction > MAX_DECIMAL_FRACTION_DIGITS) {
      throw malformed("decimal digits");
    }
    return new StructuredItem.Decimal(text.substring(start, at));
  }

  private int digits() {
    int start = at;
    while (isDigit(peek())) {
      at++;
    }
    return at - start;
  }

  private StructuredItem string() throws Malformed {
    expect('"');
    StringBuilder value = new StringBuilder();
    while (!skipIf('"')) {
      char next = take();
      if (next == '\\') {
        next = take();
        if (next != '"' && next != '\\') {
          throw malformed("string: escape");
        }
      } else if (next < 0x20 || next > 0x7e) {
        throw malformed("string: character");
      }
      value.append(next);
    }
    return new StructuredItem.Text(value.toString());
  }

  private StructuredItem token() throws Malformed {
    int start = at;
    if (peek() != '*' && !isAlpha(peek())) {
      throw malformed("token: first character");
    }
    while (isTokenCharacter(peek())) {
      at++;
    }
    return new StructuredItem.Token(text.substring(start, at));
  }

  private StructuredItem bytes() throws Malformed {
    expect(':');
    int end = text.indexOf(':', at);
    if (end < 0) {
      throw malformed("byte sequence: no end");
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(text.substring(at, end));
      at = end + 1;
      return new StructuredItem.Bytes(ByteString.of(decoded));
    } catch (IllegalArgumentException notBase64) {
      throw malformed("byte sequence: not base64");
    }
  }

  private StructuredItem bool() throws Malformed {
    expect('?');
    return switch (take()) {
      case '0' -> new StructuredItem.Bool(false);
      case '1' -> new StructuredItem.Bool(true);
      default -> throw malformed("boolean");
    };
  }

  private String key() throws Malformed {
    int start = at;
    if (peek() != '*' && !isLowerAlpha(peek())) {
      throw malformed("key: first character");
    }
    while (isLowerAlpha(peek()) || isDigit(peek()) || "_-.*".indexOf(peek()) >= 0) {
      at++;
    }
    return text.substring(start, at);
  }

  private void skipSpaces() {
    while (peek() == ' ') {
      at++;
    }
  }

  private void skipOptionalWhitespace() {
    while (peek() == ' ' || peek() == '\t') {
      at++;
    }
  }

  private boolean skipIf(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    at++;
    return true;
  }

  private void expect(char wanted) throws Malformed {
    if (!skipIf(wanted)) {
      throw malformed("expected " + wanted);
    }
  }

  private char take() throws Malformed {
    if (at == text.length()) {
      throw malformed("end of field");
    }
    return text.charAt(at++);
  }

  /** The next character; NUL at the end, which no rule of the grammar accepts. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private Malformed malformed(String what) {
    return new Malformed(what, at);
  }

  private static boolean isTokenCharacter(char c) {
    return isAlpha(c) || isDigit(c) || "!#$%&'*+-.^_`|~:/".indexOf(c) >= 0;
  }

  private static boolean isAlpha(char c) {
    return isLowerAlpha(c) || (c >= 'A' && c <= 'Z');
  }

  private static boolean isLowerAlpha(char c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
