package dev.fugitive.cache.content;

import java.nio.ByteBuffer;
import java.util.Arrays;
import okio.Buffer;
import okio.ByteString;

/**
 * The binary form of a chunk set: the widths of its gaps and runs in turn, the first gap first,
 * each as an unsigned LEB128 of its fewest bytes.
 *
 * <pre>
 *   {}            (no bytes)
 *   {0-4095}      00 80 20         gap 0, run 4096
 *   {2, 4-6}      02 01 01 03      gap 2, run 1, gap 1, run 3
 * </pre>
 *
 * <p>Only the first gap may be 0, so a set has one form, and every byte sequence is one set or
 * refused.
 */
final class ChunkSetCodec {
  private static final int MAX_WIDTH_BYTES = 4;

  private ChunkSetCodec() {}

  static ByteString encode(int[] bounds, int maxBytes) {
    Buffer out = new Buffer();
    Buffer run = new Buffer();
    int previous = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      writeWidth(run, bounds[i] - previous);
      writeWidth(run, bounds[i + 1] - bounds[i]);
      if (out.size() + run.size() > maxBytes) {
        break;
      }
      out.write(run, run.size());
      previous = bounds[i + 1];
    }
    return out.readByteString();
  }

  static ChunkSet decode(ByteString bytes, int chunkCount) {
    ByteBuffer in = bytes.asByteBuffer();
    int[] bounds = new int[Math.min(bytes.size() + 1, 64)];
    int size = 0;
    int at = 0;
    while (in.hasRemaining()) {
      int width = readWidth(in);
      if (width == 0 && size > 0) {
        throw new IllegalArgumentException("width of run or gap: 0 (expected: at least 1)");
      }
      if (width > chunkCount - at) {
        throw new IllegalArgumentException(
            "chunk index: %d (expected: at most %d)".formatted((long) at + width, chunkCount));
      }
      at += width;
      bounds = size == bounds.length ? Arrays.copyOf(bounds, 2 * size) : bounds;
      bounds[size++] = at;
    }
    if (size % 2 == 1) {
      throw new IllegalArgumentException("widths: " + size + " (expected: an even number)");
    }
    return size == 0 ? ChunkSet.EMPTY : new ChunkSet(Arrays.copyOf(bounds, size));
  }

  private static void writeWidth(Buffer out, int width) {
    int rest = width;
    while (rest >= 0x80) {
      out.writeByte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  private static int readWidth(ByteBuffer in) {
    int width = 0;
    for (int i = 0; i < MAX_WIDTH_BYTES; i++) {
      if (!in.hasRemaining()) {
        throw new IllegalArgumentException("the last width ends within (expected: another byte)");
      }
      int next = in.get() & 0xff;
      width |= (next & 0x7f) << (7 * i);
      if (next < 0x80) {
        if (next == 0 && i > 0) {
          throw new IllegalArgumentException("width: " + (i + 1) + " bytes (expected: fewer)");
        }
        return width;
      }
    }
    throw new IllegalArgumentException("width: 5 bytes (expected: at most 4)");
  }
}
