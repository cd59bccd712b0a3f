package dev.fugitive.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntPredicate;
import okio.ByteString;

/**
 * The flat SHA-256 of a content whose chunks come in any order: follows the front of what is here
 * without a gap, so that little is left to be read back when the last chunk comes.
 *
 * <p>Whoever adds a chunk takes the digest along, if nobody else does so at this moment.
 */
final class FrontDigest {
  private final ContentId id;
  private final AssemblyBytes bytes;
  private final ReentrantLock hashing = new ReentrantLock();

  @GuardedBy("hashing")
  private final MessageDigest digest;

  @GuardedBy("hashing")
  private int next;

  FrontDigest(ContentId id, AssemblyBytes bytes) {
    this.id = id;
    this.bytes = bytes;
    try {
      digest = MessageDigest.getInstance(Digest.Algorithm.SHA_256.javaName());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Hashes on while the next chunk is here. */
  void follow(IntPredicate isHere) throws IOException {
    if (hashing.tryLock()) {
      try {
        advance(isHere);
      } finally {
        hashing.unlock();
      }
    }
  }

  /** Every chunk is here. */
  Digest finish() throws IOException {
    hashing.lock();
    try {
      advance(any -> true);
      return new Digest(Digest.Algorithm.SHA_256, ByteString.of(digest.digest()));
    } finally {
      hashing.unlock();
    }
  }

  @GuardedBy("hashing")
  private void advance(IntPredicate isHere) throws IOException {
    while (next < id.chunkCount() && isHere.test(next)) {
      ByteBuffer chunk = bytes.read(next);
      digest.update(chunk);
      next++;
    }
  }
}
