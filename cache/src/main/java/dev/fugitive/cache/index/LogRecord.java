package dev.fugitive.cache.index;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.ResourceKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import okio.ByteString;

/**
 * One record of the log: the state of a resource from here on.
 *
 * <pre>
 *  4  magic and version, "FGI1"
 *  1  number of contents, 0 to 32
 *  4  length of the body; 0 says that the resource is removed
 * 32  primary key
 * 40  each content: root, length
 *  4  CRC-32C of all of the above
 *  …  body ({@link ResponseCodec})
 *  4  CRC-32C of the body
 * </pre>
 *
 * <p>The two checksums tell apart what is lost: of a damaged body it is still known whose it was.
 *
 * @param offset where it starts in its segment
 * @param bodyOffset where its body starts in its segment
 * @param bodyIntact whether the body's checksum is right
 */
record LogRecord(
    ResourceKey key,
    List<ContentId> contents,
    int offset,
    int bodyOffset,
    int bodyLength,
    boolean bodyIntact) {
  private static final int MAGIC = 0x46474931;
  private static final int FIXED_HEAD_BYTES = 4 + 1 + 4 + ResourceKey.HASH_BYTES;
  private static final int CONTENT_BYTES = ContentId.ROOT_BYTES + Long.BYTES;
  private static final int CHECKSUM_BYTES = 4;

  /** Bytes of the whole record. */
  int length() {
    return bodyOffset - offset + bodyLength + CHECKSUM_BYTES;
  }

  /** Whether it says that the resource is removed. */
  boolean isRemoval() {
    return bodyLength == 0;
  }

  /** Where the body starts after the start of a record with so many contents. */
  static int bodyStart(int contentCount) {
    return FIXED_HEAD_BYTES + contentCount * CONTENT_BYTES + CHECKSUM_BYTES;
  }

  /** A record as bytes; an empty body makes a removal. */
  static byte[] encode(ResourceKey key, Collection<ContentId> contents, byte[] body) {
    int bodyStart = bodyStart(contents.size());
    ByteBuffer record = ByteBuffer.allocate(bodyStart + body.length + CHECKSUM_BYTES);
    record.putInt(MAGIC).put((byte) contents.size()).putInt(body.length);
    record.put(key.hash().asByteBuffer());
    for (ContentId content : contents) {
      record.put(content.root().asByteBuffer()).putLong(content.length());
    }
    record.putInt(checksum(record.array(), 0, record.position()));
    record.put(body).putInt(checksum(body, 0, body.length));
    return record.array();
  }

  /** The record that starts here, if one does. */
  static Optional<LogRecord> at(byte[] segment, int offset) {
    if (segment.length - offset < bodyStart(0) + CHECKSUM_BYTES) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(segment).position(offset);
    if (bytes.getInt() != MAGIC) {
      return Optional.empty();
    }
    int contentCount = bytes.get();
    int bodyLength = bytes.getInt();
    if (contentCount < 0 || contentCount > RepresentationIndex.MAX_VARIANTS || bodyLength < 0) {
      return Optional.empty();
    }
    long end = (long) offset + bodyStart(contentCount) + bodyLength + CHECKSUM_BYTES;
    int headEnd = offset + bodyStart(contentCount) - CHECKSUM_BYTES;
    if (end > segment.length
        || bytes.getInt(headEnd) != checksum(segment, offset, headEnd - offset)) {
      return Optional.empty();
    }
    try {
      return Optional.of(read(segment, bytes, offset, contentCount, bodyLength));
    } catch (IllegalArgumentException e) {
      // a content that cannot be, under a checksum that is right: no record of ours
      return Optional.empty();
    }
  }

  private static LogRecord read(
      byte[] segment, ByteBuffer bytes, int offset, int contentCount, int bodyLength) {
    ResourceKey key = new ResourceKey(readHash(bytes));
    List<ContentId> contents = new ArrayList<>(contentCount);
    for (int i = 0; i < contentCount; i++) {
      contents.add(new ContentId(readHash(bytes), bytes.getLong()));
    }
    int bodyOffset = offset + bodyStart(contentCount);
    boolean intact =
        bytes.getInt(bodyOffset + bodyLength) == checksum(segment, bodyOffset, bodyLength);
    return new LogRecord(key, List.copyOf(contents), offset, bodyOffset, bodyLength, intact);
  }

  private static ByteString readHash(ByteBuffer bytes) {
    byte[] hash = new byte[ResourceKey.HASH_BYTES];
    bytes.get(hash);
    return ByteString.of(hash);
  }

  private static int checksum(byte[] bytes, int offset, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, offset, length);
    return (int) checksum.getValue();
  }
}
