package dev.fugitive.client.transfer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The chunks that a peer may send in one transfer: each as often as it was asked for. What was
 * taken back stays allowed, since it may have been under way.
 */
final class Credits {
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<Integer, Integer> owed = new HashMap<>();

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

  /** How many chunks may still come. */
  long owedChunks() {
    lock.lock();
    try {
      return owed.values().stream().mapToLong(Integer::longValue).sum();
    } finally {
      lock.unlock();
    }
  }
}
