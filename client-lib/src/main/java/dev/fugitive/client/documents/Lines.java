package dev.fugitive.client.documents;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The lines of a text of which nobody knows how long they are. */
final class Lines {
  private static final int MAX_LINE_BYTES = 64 * 1024;

  private final InputStream text;
  private final byte[] line = new byte[MAX_LINE_BYTES];

  Lines(InputStream text) {
    this.text = new BufferedInputStream(text, 64 * 1024);
  }

  /** The next line without its end; null where there is none. What is too long is cut off. */
  @Nullable String next() throws IOException {
    int length = 0;
    int read = text.read();
    if (read < 0) {
      return null;
    }
    while (read >= 0 && read != '\n') {
      if (length < MAX_LINE_BYTES) {
        line[length++] = (byte) read;
      }
      read = text.read();
    }
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    return new String(line, 0, length, StandardCharsets.UTF_8);
  }
}
