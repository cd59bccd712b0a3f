package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.Digest;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import okio.Buffer;
import okio.ByteString;
import okio.ForwardingSource;
import okio.Source;

/** A source whose last block is given only when all of it has the expected digest. */
final class IntegritySource extends ForwardingSource {
  private static final long BLOCK_BYTES = 8 * 1024;

  private final Digest expected;
  private final MessageDigest actual;

  /** Read and hashed, not given yet; holds at least one byte until the end is seen. */
  private final Buffer held = new Buffer();

  private boolean proven;

  IntegritySource(Source source, Digest expected) {
    super(source);
    this.expected = expected;
    try {
      this.actual = MessageDigest.getInstance(expected.algorithm().javaName());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + expected.algorithm().javaName(), e);
    }
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    while (!proven && held.size() <= BLOCK_BYTES) {
      fill();
    }
    long given = Math.min(byteCount, proven ? held.size() : held.size() - BLOCK_BYTES);
    if (given == 0) {
      return byteCount == 0 ? 0 : -1;
    }
    sink.write(held, given);
    return given;
  }

  private void fill() throws IOException {
    Buffer block = new Buffer();
    if (super.read(block, BLOCK_BYTES) != -1) {
      byte[] bytes = block.readByteArray();
      actual.update(bytes);
      held.write(bytes);
      return;
    }
    Digest digest = new Digest(expected.algorithm(), ByteString.of(actual.digest()));
    if (!digest.equals(expected)) {
      throw new IntegrityException("integrity: " + digest + " (expected: " + expected + ")");
    }
    proven = true;
  }
}
