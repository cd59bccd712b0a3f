package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ByteRanges;
import dev.fugitive.cache.http.ContentRange;
import dev.fugitive.cache.http.Fields;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okio.Buffer;
import okio.ByteString;

/**
 * Follows a {@code multipart/byteranges} body while it passes (RFC 9110 section 14.6, RFC 2046
 * section 5.1.1) and tells of each part whose end is where it says.
 *
 * <p>How long a part is its {@code Content-Range} says, and nothing else: what looks like a
 * delimiter within that length is the part's own bytes, and where behind it no delimiter stands,
 * the part is not believed. At the first thing that is not by the letter the scan is over. It is
 * strict and bounded where readers of the body need not be, for what it tells of will be given to
 * others.
 */
final class MultipartScan {
  static final int MAX_PARTS = 64;
  static final int MAX_PART_BYTES = 1 << 20;
  private static final int MAX_LINE_BYTES = 2048;
  private static final int MAX_FIELDS = 16;

  private static final Pattern BOUNDARY =
      Pattern.compile(
          "multipart/byteranges[ \\t]*;[ \\t]*boundary=(?:\"([^\"\\\\]{1,70})\"|([^\\s;\",]{1,70}))[ \\t]*",
          Pattern.CASE_INSENSITIVE);

  /**
   * A part.
   *
   * @param range with its complete length, the same in all parts of a body
   */
  record Part(Fields fields, ContentRange range, ByteString bytes) {}

  private enum At {
    PREAMBLE,
    HEAD,
    BYTES,
    LINE_END,
    DELIMITER,
    OVER
  }

  private final String delimiter;
  private final Consumer<Part> parts;
  private final Buffer pending = new Buffer();
  private final List<Fields.Field> head = new ArrayList<>();
  private final Buffer body = new Buffer();
  private At at = At.PREAMBLE;
  private ByteRanges seen = ByteRanges.NONE;
  private OptionalLong completeLength = OptionalLong.empty();
  private ContentRange range = new ContentRange(0, 0, OptionalLong.empty());
  private long remainingBytes;
  private int count;

  MultipartScan(String boundary, Consumer<Part> parts) {
    this.delimiter = "--" + boundary;
    this.parts = parts;
  }

  /** The boundary that a {@code Content-Type} names; empty where it is no such type. */
  static Optional<String> boundary(String contentType) {
    Matcher matcher = BOUNDARY.matcher(contentType.strip());
    return matcher.matches()
        ? Optional.ofNullable(matcher.group(1)).or(() -> Optional.of(matcher.group(2)))
        : Optional.empty();
  }

  /** Whether it will tell of no more. */
  boolean isOver() {
    return at == At.OVER;
  }

  /** Takes bytes as they came. */
  void take(Buffer bytes) {
    pending.write(bytes, bytes.size());
    while (at != At.OVER && (at == At.BYTES ? takeBytes() : takeLine())) {
      // what is there is taken as far as it goes
    }
    if (at == At.OVER) {
      pending.clear();
      body.clear();
    }
  }

  /** No more will come: the last delimiter needs no end of line. */
  void end() {
    if (at == At.DELIMITER && pending.size() <= MAX_LINE_BYTES) {
      line(pending.readString(StandardCharsets.ISO_8859_1));
    }
    at = At.OVER;
  }

  private boolean takeBytes() {
    long taken = Math.min(remainingBytes, pending.size());
    Buffer into = range.length() <= MAX_PART_BYTES ? body : new Buffer();
    into.write(pending, taken);
    remainingBytes -= taken;
    if (remainingBytes > 0) {
      return false;
    }
    at = At.LINE_END;
    return true;
  }

  private boolean takeLine() {
    long end = pending.indexOf((byte) '\n', 0, MAX_LINE_BYTES);
    if (end < 0) {
      if (pending.size() >= MAX_LINE_BYTES) {
        at = At.OVER;
      }
      return false;
    }
    Buffer taken = new Buffer();
    taken.write(pending, end + 1);
    String line = taken.readString(StandardCharsets.ISO_8859_1);
    if (line.endsWith("\r\n")) {
      line(line.substring(0, line.length() - 2));
    } else {
      at = At.OVER;
    }
    return at != At.OVER;
  }

  private void line(String line) {
    switch (at) {
      case PREAMBLE -> at = isDelimiter(line, "") ? At.HEAD : line.isEmpty() ? at : At.OVER;
      case HEAD -> headLine(line);
      case LINE_END -> at = line.isEmpty() ? At.DELIMITER : At.OVER;
      case DELIMITER -> delimiter(line);
      case BYTES, OVER -> throw new IllegalStateException("no line is read at " + at);
    }
  }

  /** RFC 2046 section 5.1.1: white space may follow a delimiter. */
  private boolean isDelimiter(String line, String close) {
    return line.stripTrailing().equals(delimiter + close);
  }

  private void delimiter(String line) {
    boolean last = isDelimiter(line, "--");
    if (!last && !isDelimiter(line, "")) {
      at = At.OVER;
      return;
    }
    if (range.length() <= MAX_PART_BYTES) {
      parts.accept(new Part(new Fields(head), range, body.readByteString()));
    }
    body.clear();
    head.clear();
    at = last || count == MAX_PARTS ? At.OVER : At.HEAD;
  }

  private void headLine(String line) {
    if (line.isEmpty()) {
      headEnded();
      return;
    }
    int colon = line.indexOf(':');
    boolean sane =
        colon > 0
            && line.charAt(0) > ' '
            && line.substring(0, colon).chars().allMatch(c -> c > ' ' && c < 0x7f)
            && line.chars().allMatch(c -> c >= ' ' || c == '\t');
    if (!sane || head.size() == MAX_FIELDS) {
      at = At.OVER;
      return;
    }
    head.add(new Fields.Field(line.substring(0, colon), line.substring(colon + 1).strip()));
  }

  /** Parts that overlap, or disagree about the whole, have at least one liar among them. */
  private void headEnded() {
    List<String> stated = new Fields(head).all("Content-Range");
    Optional<ContentRange> one =
        stated.size() == 1 ? ContentRange.parse(stated.getFirst()) : Optional.empty();
    if (one.isEmpty()
        || one.get().completeLength().isEmpty()
        || (count > 0 && !one.get().completeLength().equals(completeLength))
        || overlaps(one.get())) {
      at = At.OVER;
      return;
    }
    range = one.get();
    completeLength = range.completeLength();
    seen = seen.plus(range.first(), range.last() + 1);
    remainingBytes = range.length();
    count++;
    at = At.BYTES;
  }

  private boolean overlaps(ContentRange other) {
    long missing =
        seen.missing(other.first(), other.last() + 1).stream().mapToLong(gap -> gap.length()).sum();
    return missing != other.length();
  }
}
