package dev.fugitive.client.transfer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a download's loop is told by others: events in order, and a nudge to look around. Whoever
 * posts waits while the box is full, so a loop that cannot follow slows down those who bring bytes.
 */
final class Mailbox {
  /** Events that wait at most. */
  static final int CAPACITY = 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private final Condition notFull = lock.newCondition();

  @GuardedBy("lock")
  private List<SwarmEvent> events = new ArrayList<>();

  @GuardedBy("lock")
  private boolean nudged;

  @GuardedBy("lock")
  private boolean closed;

  /** Adds an event; does nothing once the box is closed. */
  void post(SwarmEvent event) {
    lock.lock();
    try {
      while (events.size() >= CAPACITY && !closed) {
        notFull.awaitUninterruptibly();
      }
      if (!closed) {
        events.add(event);
        notEmpty.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Adds an event although the box may be full: for what says who is there. */
  void postAtOnce(SwarmEvent event) {
    lock.lock();
    try {
      if (!closed) {
        events.add(event);
        notEmpty.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Wakes the loop without an event; never blocks. */
  void nudge() {
    lock.lock();
    try {
      nudged = true;
      notEmpty.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Takes all events; waits for one, for a nudge, or for so long. */
  List<SwarmEvent> drain(long timeoutNanos) throws InterruptedException {
    lock.lock();
    try {
      long left = timeoutNanos;
      while (events.isEmpty() && !nudged && left > 0) {
        left = notEmpty.awaitNanos(left);
      }
      nudged = false;
      List<SwarmEvent> drained = events;
      events = new ArrayList<>();
      notFull.signalAll();
      return drained;
    } finally {
      lock.unlock();
    }
  }

  /** Nobody takes events any more: whoever waits goes on. */
  void close() {
    lock.lock();
    try {
      closed = true;
      events.clear();
      notFull.signalAll();
      notEmpty.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
