package dev.fugitive.bench.cdn;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Many who come each at a moment of its own, the same moments for each side and each run.
 *
 * @param count how many come
 * @param seconds within which all have come
 * @param seed of the moments
 */
record Arrivals(int count, double seconds, long seed) {
  /** What one does from when it has come. */
  @FunctionalInterface
  interface Visit<T> {
    T by(int visitor) throws Exception;
  }

  /** Lets all come; what each of them did, by its number from 0. */
  <T> List<T> each(Visit<T> visit) throws Exception {
    Random moments = new Random(seed);
    List<T> results = new ArrayList<>();
    try (ExecutorService visitors = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> visits = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        long afterNanos = (long) (moments.nextDouble() * seconds * 1e9);
        int visitor = i;
        visits.add(
            visitors.submit(() -> {
              LockSupport.parkNanos(afterNanos);
              return visit.by(visitor);
            }));
      }
      for (Future<T> each : visits) {
        results.add(each.get());
      }
    }
    return results;
  }
}
