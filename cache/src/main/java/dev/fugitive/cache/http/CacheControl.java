package dev.fugitive.cache.http;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BinaryOperator;

/**
 * The directives of a message's {@code Cache-Control} field (RFC 9111 section 5.2), read so that a
 * mistake of the sender errs towards not reusing a response.
 *
 * <p>Reading never fails. Names are compared without regard to case; an argument may be a token or
 * a quoted string (5.2); unknown directives are ignored (5.2.3). What the specification leaves
 * open:
 *
 * <ul>
 *   <li>a {@code max-age} or {@code s-maxage} whose argument is missing or no number, or of which
 *       two differ, counts as 0: "consider responses that have invalid freshness information to be
 *       stale" (4.2.1);
 *   <li>any other number that is malformed is as if it were not there; of two that differ the
 *       stricter one holds;
 *   <li>{@code no-cache} and {@code private} with field names count as without (5.2.2.4 and 5.2.2.7
 *       both note that many caches do so);
 *   <li>in a member that is no directive at all ({@code no-cache; no-store}), the words that
 *       restrict still do.
 * </ul>
 */
public final class CacheControl {
  /** No directives. */
  public static final CacheControl NONE = new CacheControl(new EnumMap<>(Directive.class));

  /** RFC 9111 section 1.2.2: what is greater counts as this many seconds. */
  public static final long MAX_SECONDS = 1L << 31;

  private static final long INVALID = -1;
  private static final long PRESENT = 0;

  private final Map<Directive, Long> directives;

  private CacheControl(Map<Directive, Long> directives) {
    this.directives = directives;
  }

  /** The directives that mean something to this cache. */
  public enum Directive {
    NO_STORE("no-store", Argument.NONE),
    NO_CACHE("no-cache", Argument.NONE),
    PRIVATE("private", Argument.NONE),
    PUBLIC("public", Argument.NONE),
    MUST_REVALIDATE("must-revalidate", Argument.NONE),
    PROXY_REVALIDATE("proxy-revalidate", Argument.NONE),
    MUST_UNDERSTAND("must-understand", Argument.NONE),
    NO_TRANSFORM("no-transform", Argument.NONE),
    ONLY_IF_CACHED("only-if-cached", Argument.NONE),
    IMMUTABLE("immutable", Argument.NONE),
    MAX_AGE("max-age", Argument.LIFETIME),
    S_MAXAGE("s-maxage", Argument.LIFETIME),
    MIN_FRESH("min-fresh", Argument.AT_LEAST),
    MAX_STALE("max-stale", Argument.AT_MOST),
    STALE_WHILE_REVALIDATE("stale-while-revalidate", Argument.AT_MOST),
    STALE_IF_ERROR("stale-if-error", Argument.AT_MOST);

    private static final List<Directive> RESTRICTING =
        List.of(NO_STORE, NO_CACHE, PRIVATE, MUST_REVALIDATE, PROXY_REVALIDATE);

    private final String token;
    private final Argument argument;

    Directive(String token, Argument argument) {
      this.token = token;
      this.argument = argument;
    }

    /** The name in the field, in lower case. */
    public String token() {
      return token;
    }

    private enum Argument {
      NONE,
      LIFETIME,
      AT_LEAST,
      AT_MOST
    }
  }

  /** Reads all {@code Cache-Control} lines of a message. */
  public static CacheControl of(Fields fields) {
    List<String> lines = fields.all("Cache-Control");
    return lines.isEmpty() ? NONE : parse(lines);
  }

  /** Reads field values, one per line. */
  public static CacheControl parse(List<String> lines) {
    Map<Directive, Long> directives = new EnumMap<>(Directive.class);
    for (String member : FieldValues.members(lines)) {
      read(member, directives);
    }
    return new CacheControl(directives);
  }

  private static void read(String member, Map<Directive, Long> into) {
    int equals = member.indexOf('=');
    String name = equals < 0 ? member : member.substring(0, equals);
    String argument = equals < 0 ? "" : member.substring(equals + 1);
    if (!FieldValues.isToken(name) || !isTokenOrQuoted(argument, equals >= 0)) {
      readRestrictingWords(member, into);
    }
    for (Directive directive : Directive.values()) {
      if (directive.token.equalsIgnoreCase(name)) {
        into.merge(directive, value(directive, argument, equals >= 0), valueOfTwo(directive));
        return;
      }
    }
  }

  private static boolean isTokenOrQuoted(String argument, boolean present) {
    return !present
        || FieldValues.isToken(argument)
        || (argument.length() >= 2 && isOneQuotedString(argument));
  }

  private static boolean isOneQuotedString(String text) {
    int i = 1;
    while (i < text.length() && text.charAt(i) != '"') {
      i += text.charAt(i) == '\\' ? 2 : 1;
    }
    return text.charAt(0) == '"' && i == text.length() - 1;
  }

  private static void readRestrictingWords(String member, Map<Directive, Long> into) {
    int start = 0;
    for (int i = 0; i <= member.length(); i++) {
      if (i < member.length() && FieldValues.isTokenCharacter(member.charAt(i))) {
        continue;
      }
      String word = member.substring(start, i);
      for (Directive directive : Directive.RESTRICTING) {
        if (directive.token.equalsIgnoreCase(word)) {
          into.put(directive, PRESENT);
        }
      }
      start = i + 1;
    }
  }

  private static long value(Directive directive, String argument, boolean present) {
    return switch (directive.argument) {
      case NONE -> PRESENT;
      case LIFETIME -> Math.max(0, seconds(argument));
      case AT_LEAST -> seconds(argument);
      // RFC 9111 section 5.2.1.2: without a value, a stale response of any age is accepted
      case AT_MOST ->
          directive == Directive.MAX_STALE && !present ? MAX_SECONDS : seconds(argument);
    };
  }

  private static BinaryOperator<Long> valueOfTwo(Directive directive) {
    return switch (directive.argument) {
      case NONE -> (a, b) -> PRESENT;
      case LIFETIME -> (a, b) -> a.equals(b) ? a : 0L;
      case AT_LEAST -> Math::max;
      case AT_MOST -> Math::min;
    };
  }

  private static long seconds(String argument) {
    boolean quoted = argument.length() >= 2 && isOneQuotedString(argument);
    String digits = quoted ? argument.substring(1, argument.length() - 1) : argument;
    return DeltaSeconds.parse(digits).orElse(INVALID);
  }

  /** Whether a directive is there (a number that is malformed is not, except as said above). */
  public boolean has(Directive directive) {
    Long value = directives.get(directive);
    return value != null && value != INVALID;
  }

  /** The argument in seconds of a directive that is there and has one. */
  public OptionalLong seconds(Directive directive) {
    Long value = directives.get(directive);
    return value == null || value == INVALID ? OptionalLong.empty() : OptionalLong.of(value);
  }

  @Override
  public String toString() {
    return directives.toString();
  }
}
