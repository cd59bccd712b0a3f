package dev.fugitive.client.origin;

import dev.fugitive.cache.http.Fields;
import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One response head while it arrives, up to the empty line that ends it. */
final class ResponseHeadBytes {
  static final int MAX_BYTES = 128 * 1024;
  static final int MAX_FIELDS = 512;

  private static final Pattern STATUS_LINE =
      Pattern.compile("HTTP/[0-9]\\.[0-9] ([0-9]{3})[ \r\n]");
  private static final Pattern LINE_END = Pattern.compile("\r?\n");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
  private int lineBytes;
  private int lines;
  private boolean whole;

  /** Takes bytes up to the head's end; returns the index behind the last one taken. */
  int take(byte[] from, int start, int until) throws ProtocolException {
    int at = start;
    while (at < until && !whole) {
      byte value = from[at++];
      if (value == '\n') {
        whole = lineBytes == 0;
        lineBytes = 0;
        lines++;
      } else if (value != '\r') {
        lineBytes++;
      }
    }
    if (bytes.size() + at - start > MAX_BYTES) {
      throw new ProtocolException("response head: over " + MAX_BYTES + " bytes (the limit)");
    }
    if (lines > MAX_FIELDS + 2) {
      throw new ProtocolException("response fields: over " + MAX_FIELDS + " (the limit)");
    }
    bytes.write(from, start, at - start);
    return at;
  }

  boolean isWhole() {
    return whole;
  }

  /** The status code; 0 where the first line states none. */
  int status() {
    Matcher line = STATUS_LINE.matcher(bytes.toString(StandardCharsets.ISO_8859_1));
    return line.lookingAt() ? Integer.parseInt(line.group(1)) : 0;
  }

  /** The fields, names and values trimmed; lines without a colon are none. */
  Fields fields() {
    List<Fields.Field> fields = new ArrayList<>();
    for (String line : LINE_END.split(bytes.toString(StandardCharsets.ISO_8859_1), -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.add(new Fields.Field(line.substring(0, colon), line.substring(colon + 1).strip()));
      }
    }
    return new Fields(fields);
  }
}
