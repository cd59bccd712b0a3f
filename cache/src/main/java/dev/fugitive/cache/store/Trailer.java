package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import okio.ByteString;

/**
 * The last bytes of a content's file, written last: where they are whole, so is the file.
 *
 * <pre>
 *    0  magic       8   "fugitive"
 *    8  version     4   1
 *   12  present     4   bit 0: SHA-256, bit 1: SHA-384, bit 2: SHA-512
 *   16  length      8   of the body
 *   24  root       32
 *   56  SHA-256    32   zeros where not present, also below
 *   88  SHA-384    48
 *  136  SHA-512    64
 *  200  checksum   32   SHA-256 of the 200 bytes before
 * </pre>
 *
 * <p>The checksum is a strong one: the flat digests answer questions about content and cannot be
 * checked without reading all of the body.
 */
record Trailer(ContentId id, Set<Digest> digests) {
  static final int BYTES = 232;

  private static final long MAGIC = 0x6675676974697665L;
  private static final int VERSION = 1;
  private static final int CHECKSUM_AT = 200;

  Trailer {
    digests = Set.copyOf(digests);
  }

  ByteBuffer encode() {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    out.putLong(MAGIC).putInt(VERSION).putInt(0).putLong(id.length());
    out.put(id.root().asByteBuffer());
    int present = 0;
    int bit = 1;
    for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
      int at = out.position();
      for (Digest digest : digests) {
        if (digest.algorithm() == algorithm) {
          out.put(digest.value().asByteBuffer());
          present |= bit;
        }
      }
      out.position(at + algorithm.byteCount());
      bit <<= 1;
    }
    out.putInt(12, present);
    out.put(ByteString.of(out.array(), 0, CHECKSUM_AT).sha256().asByteBuffer());
    return out.flip();
  }

  /** Reads exactly one trailer. */
  static Trailer decode(ByteBuffer in) throws DamagedContentException {
    byte[] bytes = new byte[BYTES];
    in.get(bytes);
    ByteString checksum = ByteString.of(bytes, CHECKSUM_AT, BYTES - CHECKSUM_AT);
    if (!ByteString.of(bytes, 0, CHECKSUM_AT).sha256().equals(checksum)) {
      throw new DamagedContentException("the trailer differs from its checksum");
    }
    ByteBuffer fields = ByteBuffer.wrap(bytes);
    if (fields.getLong() != MAGIC || fields.getInt() != VERSION) {
      throw new DamagedContentException("the trailer is of another kind (expected: version 1)");
    }
    int present = fields.getInt();
    long length = fields.getLong();
    if (length < 0 || length > ContentId.MAX_LENGTH) {
      throw new DamagedContentException("content length: " + length + " (expected: 0 to 512 GiB)");
    }
    ContentId id = new ContentId(take(fields, ContentId.ROOT_BYTES), length);
    Set<Digest> digests = new HashSet<>();
    for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
      ByteString value = take(fields, algorithm.byteCount());
      if ((present & 1) == 1) {
        digests.add(new Digest(algorithm, value));
      }
      present >>>= 1;
    }
    return new Trailer(id, digests);
  }

  private static ByteString take(ByteBuffer in, int byteCount) {
    byte[] taken = new byte[byteCount];
    in.get(taken);
    return ByteString.of(taken);
  }
}
