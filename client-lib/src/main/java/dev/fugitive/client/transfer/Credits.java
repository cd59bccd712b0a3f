package dev.fugitive.client.transfer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ContentId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The chunks that a peer may send in one transfer: each as often as it was asked for. What was
 * taken back stays allowed, since it may have been under way.
 */
final class Credits {
  private final ContentId id;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<Integer, Integer> owed = new HashMap<>();

  Credits(ContentId id) {
    this.id = id;
  }

  /** Chunks are asked for. */
  void grant(int firstChunk, int chunkCount) {
    lock.lock();
    try {
      for (int chunk = firstChunk; chunk < firstChunk + chunkCount; chunk++) {
        owed.merge(chunk, 1, Integer::sum);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Chunks came; returns false, and takes nothing, where one of them was not asked for. */
  boolean take(int firstChunk, int chunkCount) {
    lock.lock();
    try {
      for (int chunk = firstChunk; chunk < firstChunk + chunkCount; chunk++) {
        if (!owed.containsKey(chunk)) {
          return false;
        }
      }
      for (int chunk = firstChunk; chunk < firstChunk + chunkCount; chunk++) {
        owed.computeIfPresent(chunk, (key, count) -> count > 1 ? count - 1 : null);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes that may still come. */
  long owedBytes() {
    lock.lock();
    try {
      return owed.entrySet().stream()
          .mapToLong(entry -> (long) id.chunkLength(entry.getKey()) * entry.getValue())
          .sum();
    } finally {
      lock.unlock();
    }
  }
}
