package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.Digest;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Set;
import java.util.stream.Collectors;
import okio.Buffer;
import okio.ByteString;
import okio.ForwardingSource;
import okio.Source;

/** A source whose last block is given only when all of it has an expected digest. */
final class IntegritySource extends ForwardingSource {
  private static final long BLOCK_BYTES = 8 * 1024;

  private final Set<Digest> expected;
  private final Digest.Algorithm algorithm;
  private final MessageDigest actual;

  /** Read and hashed, not given yet; holds at least one byte until the end is seen. */
  private final Buffer held = new Buffer();

  private boolean proven;
  private String refused = "";

  /**
   * @param expected digests of one algorithm, of which the body must have one
   */
  IntegritySource(Source source, Set<Digest> expected) {
    super(source);
    this.expected = expected;
    this.algorithm = expected.iterator().next().algorithm();
    this.actual = hashOf(algorithm);
  }

  /** A new hash that nothing was put into yet. */
  static MessageDigest hashOf(Digest.Algorithm algorithm) {
    try {
      return MessageDigest.getInstance(algorithm.javaName());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm.javaName(), e);
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
    if (!refused.isEmpty()) {
      throw new IntegrityException(refused);
    }
    Buffer block = new Buffer();
    if (super.read(block, BLOCK_BYTES) != -1) {
      byte[] bytes = block.readByteArray();
      actual.update(bytes);
      held.write(bytes);
      return;
    }
    Digest digest = new Digest(algorithm, ByteString.of(actual.digest()));
    if (!expected.contains(digest)) {
      held.clear();
      refused = "integrity: " + digest + " (expected: " + words(expected) + ")";
      throw new IntegrityException(refused);
    }
    proven = true;
  }

  private static String words(Set<Digest> digests) {
    return digests.stream().map(Digest::toString).sorted().collect(Collectors.joining(" or "));
  }
}
