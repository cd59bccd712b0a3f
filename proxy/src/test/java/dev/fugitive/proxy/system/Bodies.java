package dev.fugitive.proxy.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import okio.Buffer;
import okio.ByteString;
import okio.GzipSource;
import okio.Okio;

/** Bodies that a test can make again wherever it needs them. */
final class Bodies {
  private Bodies() {}

  /** Bytes that do not compress, the same for the same length. */
  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  /** Text that compresses well. */
  static byte[] text(int length) {
    StringBuilder lines = new StringBuilder(length + 64);
    for (int line = 0; lines.length() < length; line++) {
      lines.append("line ").append(line).append(" of a text that compresses\n");
    }
    return lines.substring(0, length).getBytes(StandardCharsets.UTF_8);
  }

  static ByteString gunzip(ByteString coded) throws IOException {
    return Okio.buffer(new GzipSource(new Buffer().write(coded))).readByteString();
  }
}
