package dev.fugitive.cache.store;

import java.nio.ByteBuffer;
import okio.Buffer;

/**
 * Verified bytes of consecutive chunks of one content, the unit in which contents are kept in
 * memory; its bytes are never written again.
 */
final class Segment {
  private final byte[] bytes;
  private final Provenance from;

  /** The bytes must be verified and nobody else's. */
  Segment(byte[] bytes, Provenance from) {
    this.bytes = bytes;
    this.from = from;
  }

  int length() {
    return bytes.length;
  }

  /** Where this reader got it from. */
  Provenance from() {
    return from;
  }

  /** The same bytes, as whoever meets them in memory sees them. */
  Segment inMemory() {
    return from == Provenance.MEMORY ? this : new Segment(bytes, Provenance.MEMORY);
  }

  /** A read-only view of some of the bytes. */
  ByteBuffer slice(int offset, int byteCount) {
    return ByteBuffer.wrap(bytes).slice(offset, byteCount).asReadOnlyBuffer();
  }

  void copyTo(Buffer sink, int offset, int byteCount) {
    sink.write(bytes, offset, byteCount);
  }

  void copyTo(ByteBuffer sink, int offset, int byteCount) {
    sink.put(bytes, offset, byteCount);
  }
}
