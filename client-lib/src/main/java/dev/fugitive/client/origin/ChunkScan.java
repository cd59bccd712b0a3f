package dev.fugitive.client.origin;

import java.net.ProtocolException;

/**
 * The chunked coding (RFC 9112 section 7.1) read by the letter: lines end in CR LF, sizes are
 * hexadecimal digits, extensions and trailers are bounded.
 *
 * <pre>
 *   SIZE ── ';' ──► EXTENSION ── CR ──► SIZE_LF ──► DATA ──► DATA_CR ──► DATA_LF ──► SIZE
 *                                          └─ 0 ──► TRAILER ◄─► TRAILER_LF ──► END
 * </pre>
 */
final class ChunkScan {
  private static final int MAX_SIZE_DIGITS = 15;

  /** For all extensions of a body together, and for its trailers. */
  private static final int MAX_EXTRA_BYTES = 64 * 1024;

  private enum State {
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER,
    TRAILER_LF,
    END
  }

  private State state = State.SIZE;
  private int digits;
  private long size;
  private int extraBytes;
  private int trailerLineBytes;

  boolean isAtEnd() {
    return state == State.END;
  }

  /** Takes bytes up to the body's end; returns the index behind the last one taken. */
  int take(byte[] bytes, int from, int until) throws ProtocolException {
    int at = from;
    while (at < until && state != State.END) {
      if (state == State.DATA) {
        long taken = Math.min(size, until - at);
        size -= taken;
        at += (int) taken;
        state = size == 0 ? State.DATA_CR : State.DATA;
      } else {
        step(bytes[at++] & 0xff);
      }
    }
    return at;
  }

  private void step(int value) throws ProtocolException {
    switch (state) {
      case SIZE -> size(value);
      case EXTENSION -> extension(value);
      case SIZE_LF -> {
        expect(value, '\n');
        state = size == 0 ? State.TRAILER : State.DATA;
        trailerLineBytes = 0;
      }
      case DATA_CR -> {
        expect(value, '\r');
        state = State.DATA_LF;
      }
      case DATA_LF -> {
        expect(value, '\n');
        state = State.SIZE;
        digits = 0;
        size = 0;
      }
      case TRAILER -> trailer(value);
      case TRAILER_LF -> {
        expect(value, '\n');
        state = trailerLineBytes == 0 ? State.END : State.TRAILER;
        trailerLineBytes = 0;
      }
      case DATA, END -> throw new IllegalStateException("state: " + state);
    }
  }

  private void size(int value) throws ProtocolException {
    int digit = Character.digit(value, 16);
    if (digit >= 0) {
      if (++digits > MAX_SIZE_DIGITS) {
        throw malformed("over " + MAX_SIZE_DIGITS + " digits");
      }
      size = size << 4 | digit;
      return;
    }
    if (digits == 0) {
      throw malformed("no digits");
    }
    state =
        switch (value) {
          case '\r' -> State.SIZE_LF;
          case ';', ' ', '\t' -> State.EXTENSION;
          default -> throw malformed("byte " + value + " behind the size");
        };
  }

  private void extension(int value) throws ProtocolException {
    count();
    if (value == '\r') {
      state = State.SIZE_LF;
    } else if (value == '\n' || value == 0) {
      throw malformed("byte " + value + " in an extension");
    }
  }

  private void trailer(int value) throws ProtocolException {
    count();
    if (value == '\r') {
      state = State.TRAILER_LF;
    } else if (value == '\n' || value == 0) {
      throw malformed("byte " + value + " in a trailer");
    } else {
      trailerLineBytes++;
    }
  }

  private void count() throws ProtocolException {
    if (++extraBytes > MAX_EXTRA_BYTES) {
      throw malformed("extensions and trailers over " + MAX_EXTRA_BYTES + " bytes");
    }
  }

  private static void expect(int value, int expected) throws ProtocolException {
    if (value != expected) {
      throw malformed("byte " + value + " (expected: " + expected + ")");
    }
  }

  private static ProtocolException malformed(String what) {
    return new ProtocolException("chunk: " + what);
  }
}
