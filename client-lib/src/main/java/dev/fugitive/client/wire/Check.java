package dev.fugitive.client.wire;

import java.util.List;
import okio.ByteString;
import okio.Utf8;

/** What the fields of a message must satisfy; what fails is named with its value. */
final class Check {
  private Check() {}

  static void range(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }

  /** An id that the asking side chose. */
  static void id(String name, int value) {
    range(name, value, 0, Integer.MAX_VALUE);
  }

  static void size(String name, ByteString value, int bytes) {
    range(name + " bytes", value.size(), bytes, bytes);
  }

  static <T> List<T> count(String name, List<T> values, int min, int max) {
    range(name, values.size(), min, max);
    return List.copyOf(values);
  }

  /** Consecutive chunks of the largest content at most. */
  static void chunkRange(int firstChunk, int chunkCount, int maxCount) {
    range("chunk count", chunkCount, 1, maxCount);
    range("first chunk", firstChunk, 0, WireLimits.MAX_CHUNKS - (long) chunkCount);
  }

  /** Text that is shown to people and written to logs: short, and without control characters. */
  static void text(String name, String value, int maxBytes) {
    range(name + " bytes", Utf8.size(value), 0, maxBytes);
    value
        .codePoints()
        .filter(c -> !isPrintable(c))
        .findFirst()
        .ifPresent(c -> {
          throw new IllegalArgumentException(
              "%s: U+%04X (expected: printable text)".formatted(name, c));
        });
  }

  /** Makes text of any value: what cannot be printed becomes {@code ?}, what is too long is cut. */
  static String printable(String value, int maxBytes) {
    StringBuilder text = new StringBuilder();
    int[] codePoints = value.codePoints().map(c -> isPrintable(c) ? c : '?').toArray();
    int bytes = 0;
    for (int c : codePoints) {
      bytes += utf8Bytes(c);
      if (bytes > maxBytes) {
        break;
      }
      text.appendCodePoint(c);
    }
    return text.toString();
  }

  private static boolean isPrintable(int codePoint) {
    boolean loneSurrogate = Character.getType(codePoint) == Character.SURROGATE;
    return !loneSurrogate && !Character.isISOControl(codePoint);
  }

  private static int utf8Bytes(int codePoint) {
    if (codePoint < 0x80) {
      return 1;
    }
    if (codePoint < 0x800) {
      return 2;
    }
    return codePoint < 0x10000 ? 3 : 4;
  }
}
