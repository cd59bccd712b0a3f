package dev.fugitive.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.VerifiedChunk;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes of a content that is being assembled: all of them in the body, the latest also in
 * memory, where the reader at the front finds them without touching the disk.
 *
 * <p>Where the body fails, chunks stay in memory, up to {@link #HOMELESS_BYTES}: readers go on,
 * nothing will be stored.
 */
final class AssemblyBytes {
  /** The latest chunks that are in the body and in memory. */
  static final long RECENT_BYTES = 4 * 1024 * 1024;

  /** What is kept in memory where the body fails. */
  static final long HOMELESS_BYTES = 32 * 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(AssemblyBytes.class);
  private static final int HASH_BYTES = ContentId.ROOT_BYTES;

  private final ContentId id;
  private final FillBody body;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final byte[] leafHashes;

  @GuardedBy("lock")
  private final Map<Integer, VerifiedChunk> recent = new LinkedHashMap<>();

  @GuardedBy("lock")
  private final Map<Integer, VerifiedChunk> homeless = new HashMap<>();

  @GuardedBy("lock")
  private long recentBytes;

  @GuardedBy("lock")
  private long homelessBytes;

  AssemblyBytes(ContentId id, FillBody body) {
    this.id = id;
    this.body = body;
    this.leafHashes = new byte[id.chunkCount() * HASH_BYTES];
  }

  FillBody body() {
    return body;
  }

  /** Whether every chunk that was written is in the body. */
  boolean isStorable() {
    lock.lock();
    try {
      return homeless.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Writes chunks that nobody has written before. */
  void write(List<VerifiedChunk> chunks) throws IOException {
    boolean stored = isStorable() && writeToBody(chunks);
    lock.lock();
    try {
      if (!stored) {
        requireRoom(chunks);
      }
      for (VerifiedChunk chunk : chunks) {
        note(chunk, stored);
      }
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void requireRoom(List<VerifiedChunk> chunks) throws IOException {
    long needed = homelessBytes + chunks.stream().mapToLong(VerifiedChunk::length).sum();
    if (needed > HOMELESS_BYTES) {
      throw new IOException(
          "bytes of %s in memory since its body failed: %d (expected: at most %d)"
              .formatted(id, needed, HOMELESS_BYTES));
    }
  }

  @GuardedBy("lock")
  private void note(VerifiedChunk chunk, boolean stored) {
    chunk.leafHash().asByteBuffer().get(leafHashes, chunk.index() * HASH_BYTES, HASH_BYTES);
    if (stored) {
      recent.put(chunk.index(), chunk);
      recentBytes += chunk.length();
      dropOldest();
    } else {
      homeless.put(chunk.index(), chunk);
      homelessBytes += chunk.length();
    }
  }

  private boolean writeToBody(List<VerifiedChunk> chunks) throws IOException {
    try {
      int from = 0;
      for (int i = 1; i <= chunks.size(); i++) {
        if (i == chunks.size() || chunks.get(i).index() != chunks.get(i - 1).index() + 1) {
          writeRun(chunks.subList(from, i));
          from = i;
        }
      }
      return true;
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      LOG.warn("{} is passed on without being stored: {}", id, e.toString());
      return false;
    }
  }

  /** Writes chunks that follow on each other at once. */
  private void writeRun(List<VerifiedChunk> run) throws IOException {
    VerifiedChunk first = run.getFirst();
    body.write((long) first.index() * ContentId.CHUNK_BYTES, joined(run));
  }

  private static ByteBuffer joined(List<VerifiedChunk> run) {
    if (run.size() == 1) {
      return run.getFirst().bytes();
    }
    int length = run.stream().mapToInt(VerifiedChunk::length).sum();
    ByteBuffer joined = ByteBuffer.allocate(length);
    run.forEach(chunk -> joined.put(chunk.bytes()));
    return joined.flip();
  }

  @GuardedBy("lock")
  private void dropOldest() {
    Iterator<VerifiedChunk> oldest = recent.values().iterator();
    while (recentBytes > RECENT_BYTES) {
      recentBytes -= oldest.next().length();
      oldest.remove();
    }
  }

  /** A chunk that was written; checked where it comes from the body. */
  ByteBuffer read(int index) throws IOException {
    ByteString leafHash;
    lock.lock();
    try {
      VerifiedChunk chunk = recent.getOrDefault(index, homeless.get(index));
      if (chunk != null) {
        return chunk.bytes();
      }
      leafHash = ByteString.of(leafHashes, index * HASH_BYTES, HASH_BYTES);
    } finally {
      lock.unlock();
    }
    ByteBuffer bytes = ByteBuffer.allocate(id.chunkLength(index));
    body.read((long) index * ContentId.CHUNK_BYTES, bytes);
    LeafCheck.check(bytes.flip(), index, any -> leafHash);
    return bytes.asReadOnlyBuffer();
  }

  /** The leaf hashes of the whole content; every chunk has been written. */
  ByteBuffer leafHashes() {
    lock.lock();
    try {
      return ByteBuffer.wrap(leafHashes.clone());
    } finally {
      lock.unlock();
    }
  }
}
