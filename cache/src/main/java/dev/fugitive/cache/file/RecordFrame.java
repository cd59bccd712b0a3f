package dev.fugitive.cache.file;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;
import okio.ByteString;

/**
 * How a record stands in a file that is appended to, so that one that was torn or damaged is known.
 *
 * <pre>
 * | length of the payload, 4 bytes | CRC-32C of length and payload, 4 bytes | payload |
 * </pre>
 *
 * <p>An empty record is none: a file that was made longer without being written is full of zeros.
 */
public final class RecordFrame {
  private static final int HEAD_BYTES = 2 * Integer.BYTES;

  private RecordFrame() {}

  /** A record as it is written. */
  public static ByteBuffer of(ByteString payload) {
    if (payload.size() == 0) {
      throw new IllegalArgumentException("record bytes: 0 (expected: 1 or more)");
    }
    return ByteBuffer.allocate(HEAD_BYTES + payload.size())
        .putInt(payload.size())
        .putInt(checksum(payload.toByteArray()))
        .put(payload.asByteBuffer())
        .flip();
  }

  /**
   * Takes the next record.
   *
   * @param from stands behind the record then; where it was where there is none
   * @param maxBytes of a payload
   * @return empty at the end, and before what is no whole record
   */
  public static Optional<ByteString> next(ByteBuffer from, int maxBytes) {
    if (from.remaining() < HEAD_BYTES) {
      return Optional.empty();
    }
    ByteBuffer record = from.duplicate();
    int length = record.getInt();
    int checksum = record.getInt();
    if (length < 1 || length > maxBytes || length > record.remaining()) {
      return Optional.empty();
    }
    byte[] payload = new byte[length];
    record.get(payload);
    if (checksum != checksum(payload)) {
      return Optional.empty();
    }
    from.position(record.position());
    return Optional.of(ByteString.of(payload));
  }

  private static int checksum(byte[] payload) {
    CRC32C checksum = new CRC32C();
    checksum.update(ByteBuffer.allocate(Integer.BYTES).putInt(payload.length).flip());
    checksum.update(payload);
    return (int) checksum.getValue();
  }
}
