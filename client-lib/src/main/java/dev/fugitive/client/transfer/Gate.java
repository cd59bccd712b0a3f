package dev.fugitive.client.transfer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets many in until it is shut; whoever shuts it waits until those inside are out. */
final class Gate {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition empty = lock.newCondition();

  @GuardedBy("lock")
  private int inside;

  @GuardedBy("lock")
  private boolean shut;

  /** Goes in, where it is not shut; {@link #leave} must follow. */
  boolean enter() {
    lock.lock();
    try {
      inside += shut ? 0 : 1;
      return !shut;
    } finally {
      lock.unlock();
    }
  }

  void leave() {
    lock.lock();
    try {
      inside--;
      empty.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets nobody in any more, and waits for those inside. */
  void shut() {
    lock.lock();
    try {
      shut = true;
      while (inside > 0) {
        empty.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
