package dev.fugitive.proxy.http;

import io.netty.util.ByteProcessor;
import org.jspecify.annotations.Nullable;

/**
 * A strict reading of one request head, byte by byte, ahead of the parser.
 *
 * <p>The parser behind it is lenient where RFC 9112 lets it be: it unfolds folded lines (section
 * 5.2), takes tabs between the words of a request line (section 3), skips control characters before
 * it (section 2.2). Each leniency is a chance that somebody behind us reads the same bytes as
 * another request, so here they are refused before they are parsed.
 *
 * <pre>
 *   LEADING ── token ──► REQUEST_LINE ── CR LF ──► LINE_START ── token ──► NAME ── ':' ──► VALUE
 *                                                   ▲   │                                   │
 *                                                   │   └─ CR LF ─► DONE                    │
 *                                                   └───────────────── CR LF ───────────────┘
 * </pre>
 */
final class HeadScan implements ByteProcessor {
  private static final int MAX_LEADING_BYTES = 4;

  private enum State {
    LEADING,
    LEADING_CR,
    REQUEST_LINE,
    REQUEST_LINE_CR,
    LINE_START,
    NAME,
    VALUE,
    VALUE_CR,
    END_CR,
    DONE
  }

  private final FrontEndSettings.Limits limits;
  private State state = State.LEADING;
  private int headBytes;
  private int leadingBytes;
  private int requestLineBytes;
  private int requestLineSpaces;
  private int fieldCount;
  private int nameBytes;
  private @Nullable Refusal refusal;

  HeadScan(FrontEndSettings.Limits limits) {
    this.limits = limits;
  }

  /** Whether bytes of a head have been seen and its end has not. */
  boolean isInside() {
    return state != State.LEADING && state != State.LEADING_CR && state != State.DONE;
  }

  /** Whether no byte of this head has been seen. */
  boolean isAtStart() {
    return headBytes == 0;
  }

  /** Whether the empty line that ends the head has been seen. */
  boolean isDone() {
    return state == State.DONE;
  }

  /** Why this head is refused, once it is. */
  @Nullable Refusal refusal() {
    return refusal;
  }

  /** Makes ready for the next head on the connection. */
  void reset() {
    state = State.LEADING;
    headBytes = 0;
    leadingBytes = 0;
    requestLineBytes = 0;
    requestLineSpaces = 0;
    fieldCount = 0;
    nameBytes = 0;
  }

  /** Takes one byte; false when the head has ended or is refused. */
  @Override
  public boolean process(byte signed) {
    int value = signed & 0xff;
    if (++headBytes > limits.headBytes()) {
      return refuse(Refusal.headTooLong(limits.headBytes()));
    }
    return switch (state) {
      case LEADING -> leading(value);
      case LEADING_CR -> lineEnd(value, State.LEADING);
      case REQUEST_LINE -> requestLine(value);
      case REQUEST_LINE_CR -> requestLineEnd(value);
      case LINE_START -> lineStart(value);
      case NAME -> name(value);
      case VALUE -> value(value);
      case VALUE_CR -> lineEnd(value, State.LINE_START);
      case END_CR -> lineEnd(value, State.DONE) && state != State.DONE;
      case DONE -> false;
    };
  }

  /** RFC 9112 section 2.2: an empty line before the request line is ignored, once or twice. */
  private boolean leading(int value) {
    if (value != '\r') {
      state = State.REQUEST_LINE;
      return requestLine(value);
    }
    leadingBytes += 2;
    if (leadingBytes > MAX_LEADING_BYTES) {
      return malformed("more than two empty lines before the request line");
    }
    state = State.LEADING_CR;
    return true;
  }

  private boolean requestLine(int value) {
    if (value == '\r') {
      state = State.REQUEST_LINE_CR;
      return true;
    }
    if (++requestLineBytes > limits.requestLineBytes()) {
      return refuse(Refusal.requestLineTooLong(limits.requestLineBytes()));
    }
    if (value == ' ') {
      requestLineSpaces++;
      return true;
    }
    return (value > ' ' && value < 0x7f) || malformed(named(value) + " in the request line");
  }

  /** RFC 9112 section 3: method SP request-target SP HTTP-version, single spaces only. */
  private boolean requestLineEnd(int value) {
    if (requestLineSpaces != 2) {
      return malformed("request line with " + requestLineSpaces + " spaces (expected: 2)");
    }
    return lineEnd(value, State.LINE_START);
  }

  private boolean lineStart(int value) {
    if (value == '\r') {
      state = State.END_CR;
      return true;
    }
    if (value == ' ' || value == '\t') {
      return malformed("folded field line (RFC 9112 section 5.2)");
    }
    if (++fieldCount > limits.fieldCount()) {
      return refuse(Refusal.tooManyFields(limits.fieldCount()));
    }
    state = State.NAME;
    nameBytes = 0;
    return name(value);
  }

  /** RFC 9110 section 5.1: a field name is a token, and RFC 9112 section 5.1: then the colon. */
  private boolean name(int value) {
    if (value == ':') {
      state = State.VALUE;
      return nameBytes > 0 || malformed("empty field name");
    }
    nameBytes++;
    return isTokenByte(value) || malformed(named(value) + " in a field name");
  }

  private boolean value(int value) {
    if (value == '\r') {
      state = State.VALUE_CR;
      return true;
    }
    return (value >= ' ' && value != 0x7f)
        || value == '\t'
        || malformed(named(value) + " in a field value");
  }

  private boolean lineEnd(int value, State next) {
    if (value != '\n') {
      return malformed("carriage return without a line feed");
    }
    state = next;
    return true;
  }

  private boolean malformed(String what) {
    return refuse(Refusal.malformed(what));
  }

  private boolean refuse(Refusal why) {
    refusal = why;
    return false;
  }

  private static String named(int value) {
    return switch (value) {
      case 0 -> "NUL";
      case '\n' -> "line feed without a carriage return";
      case '\r' -> "carriage return";
      case ' ' -> "space";
      case '\t' -> "tab";
      default -> String.format("byte 0x%02x", value);
    };
  }

  /** RFC 9110 section 5.6.2. */
  static boolean isTokenByte(int value) {
    return (value >= '0' && value <= '9')
        || (value >= 'A' && value <= 'Z')
        || (value >= 'a' && value <= 'z')
        || (value > 0 && "!#$%&'*+-.^_`|~".indexOf(value) >= 0);
  }
}
