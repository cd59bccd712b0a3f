package dev.fugitive.client.routing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.mesh.PeerSession;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * One question put to several peers at once, and the answers so far.
 *
 * <p>It ends when all have answered, or at the timeout. Once somebody has answered usefully, the
 * others get as long again as that took, and no more: a slow peer can at most double what the
 * fastest useful one took. Who says that the thing is coming is waited for longer, as long as
 * nobody else has it.
 *
 * @param <A> what is asked for
 */
final class Poll<A> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition progress = lock.newCondition();
  private final Predicate<A> counts;
  private final LongSupplier ticker;
  private final long startNanos;

  @GuardedBy("lock")
  private final Set<PeerSession> waitingFor;

  /** Those who said that it is coming. */
  @GuardedBy("lock")
  private final Set<PeerSession> promised = new HashSet<>();

  @GuardedBy("lock")
  private final Map<PeerSession, List<A>> answers = new HashMap<>();

  @GuardedBy("lock")
  private long timeoutNanos;

  @GuardedBy("lock")
  private long promiseNanos;

  @GuardedBy("lock")
  private boolean useful;

  /**
   * How a poll ended.
   *
   * @param answers of those that answered, empty lists included
   * @param silent those that did not although they had all the time there was
   */
  record Outcome<A>(Map<PeerSession, List<A>> answers, Set<PeerSession> silent) {
    /** What this peer gave; empty where it gave nothing. */
    List<A> values(PeerSession session) {
      return answers.getOrDefault(session, List.of());
    }

    /** Whether this peer could have answered usefully and did not. */
    boolean isMiss(PeerSession session) {
      return silent.contains(session)
          || (answers.containsKey(session) && values(session).isEmpty());
    }
  }

  /**
   * @param counts whether an answer is of use to who asks: one that is not, false or in a
   *     stranger's name, must not cut short the time of the others
   */
  Poll(Collection<PeerSession> asked, Predicate<A> counts, long timeoutNanos, LongSupplier ticker) {
    this.counts = counts;
    this.ticker = ticker;
    this.startNanos = ticker.getAsLong();
    this.timeoutNanos = timeoutNanos;
    this.waitingFor = new HashSet<>(asked);
  }

  /** A peer answered. */
  void answered(PeerSession session, List<A> values) {
    boolean helps = values.stream().anyMatch(counts);
    lock.lock();
    try {
      boolean promise = promised.remove(session);
      if (!waitingFor.remove(session) && !promise) {
        return;
      }
      // a promise that came to nothing was no lie
      if (!promise || !values.isEmpty()) {
        answers.put(session, values);
      }
      if (helps) {
        useful = true;
        long tookNanos = ticker.getAsLong() - startNanos;
        timeoutNanos = Math.min(timeoutNanos, 2 * tookNanos);
      }
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * A peer said that what is asked for is coming.
   *
   * @param patienceNanos for how long from the question on that is waited for
   */
  void coming(PeerSession session, long patienceNanos) {
    lock.lock();
    try {
      if (waitingFor.remove(session) && patienceNanos > 0) {
        promised.add(session);
        promiseNanos = patienceNanos;
      }
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A peer could not be asked, or is gone: neither an answer nor silence. */
  void unanswerable(PeerSession session) {
    lock.lock();
    try {
      waitingFor.remove(session);
      promised.remove(session);
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nobody wants the answers any more. */
  void end() {
    lock.lock();
    try {
      waitingFor.clear();
      promised.clear();
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the poll ends. */
  Outcome<A> await() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long leftNanos = leftNanos();
      while (leftNanos > 0) {
        progress.awaitNanos(leftNanos);
        leftNanos = leftNanos();
      }
      Set<PeerSession> silent = useful ? Set.of() : Set.copyOf(waitingFor);
      waitingFor.clear();
      promised.clear();
      return new Outcome<>(Map.copyOf(answers), silent);
    } finally {
      lock.unlock();
    }
  }

  /** How much longer somebody is waited for; 0 where nobody is. */
  @GuardedBy("lock")
  private long leftNanos() {
    if (waitingFor.isEmpty() && promised.isEmpty()) {
      return 0;
    }
    long limitNanos =
        useful || promised.isEmpty() ? timeoutNanos : Math.max(timeoutNanos, promiseNanos);
    return limitNanos - (ticker.getAsLong() - startNanos);
  }
}
