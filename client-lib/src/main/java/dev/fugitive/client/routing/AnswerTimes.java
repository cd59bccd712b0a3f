package dev.fugitive.client.routing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.mesh.UsualTime;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How long a peer takes to answer a question, and so for how long one more answer is worth waiting
 * ({@link UsualTime}). Of a peer that has not answered any question yet the round trip of its link
 * is known at most. Safe for use by several threads.
 */
final class AnswerTimes {
  /** What two busy programs may add to a round trip. */
  static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** Where only the link is known: code that has never run takes longest. */
  static final long LEAST_AT_FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private static final int ROUND_TRIPS_AT_FIRST = 8;

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final UsualTime usual = new UsualTime();

  /** An answer has come. */
  void add(long nanos) {
    lock.lock();
    try {
      usual.add(nanos);
    } finally {
      lock.unlock();
    }
  }

  /**
   * For how long an answer is waited.
   *
   * @param roundTripNanos of the link; negative where it is not known
   * @param mostNanos no longer than this
   */
  long limitNanos(long roundTripNanos, long mostNanos) {
    lock.lock();
    try {
      if (usual.isKnown()) {
        return bounded(usual.patienceNanos(), LEAST_NANOS, mostNanos);
      }
    } finally {
      lock.unlock();
    }
    return roundTripNanos < 0
        ? mostNanos
        : bounded(ROUND_TRIPS_AT_FIRST * roundTripNanos, LEAST_AT_FIRST_NANOS, mostNanos);
  }

  private static long bounded(long nanos, long leastNanos, long mostNanos) {
    return Math.min(mostNanos, Math.max(leastNanos, nanos));
  }
}
