package dev.fugitive.client.transfer.upload;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.mesh.PeerSession;
import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread at a time into the {@link UploadCore}, and keeps the threads that uploads need: a
 * worker for each session that has something to do, and a watcher while slots are in use. Nothing
 * is read, sent or closed under the lock.
 */
final class UploadThreads implements Closeable {
  private static final Duration JOIN_LIMIT = Duration.ofSeconds(2);
  private static final long GROWTH_INTERVAL_NANOS = 50_000_000;
  private static final long SILENCE_INTERVAL_NANOS = 1_000_000_000;

  /** What the threads are for. */
  interface Duties {
    /** Makes the worker of a session, not started yet. */
    UploadWorker worker(PeerSession session, Condition wake);

    /** Nobody reads the content of a slot any more. */
    void freed(long slot);

    /** A session has left too much unread. */
    void violated(PeerSession session, String reason);

    /** Some time has passed, with slots in use. */
    void watch();
  }

  private final Duties duties;
  private final LongSupplier nanoTicker;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition watcherWake = lock.newCondition();

  @GuardedBy("lock")
  private final UploadCore<PeerSession> core;

  @GuardedBy("lock")
  private final Map<PeerSession, UploadWorker> workers = new HashMap<>();

  @GuardedBy("lock")
  private @Nullable Thread watcher;

  UploadThreads(UploadCore<PeerSession> core, Duties duties, LongSupplier nanoTicker) {
    this.core = core;
    this.duties = duties;
    this.nanoTicker = nanoTicker;
  }

  /** Something to tell the core. */
  interface Telling {
    void to(UploadCore<PeerSession> core);
  }

  void tell(Telling telling) {
    decide(inner -> {
      telling.to(inner);
      return true;
    });
  }

  /** Asks the core, wakes whom it gave something to do, and frees what it gave up. */
  <T> T decide(Function<UploadCore<PeerSession>, T> decision) {
    T decided;
    List<Long> freed;
    Map<PeerSession, String> violators;
    lock.lock();
    try {
      decided = decision.apply(core);
      core.takeReady().forEach(this::wake);
      wakeWatcher();
      freed = core.takeFreed();
      violators = core.takeViolators();
    } finally {
      lock.unlock();
    }
    freed.forEach(duties::freed);
    violators.forEach(duties::violated);
    return decided;
  }

  @GuardedBy("lock")
  private void wake(PeerSession session) {
    UploadWorker worker = workers.get(session);
    if (worker != null) {
      worker.wake().signal();
      return;
    }
    UploadWorker started = duties.worker(session, lock.newCondition());
    workers.put(session, started);
    started.thread().start();
  }

  @GuardedBy("lock")
  private void wakeWatcher() {
    if (watcher == null && core.slotsInUse() > 0) {
      watcher = Thread.ofVirtual().name("upload-watcher").start(this::watch);
    } else if (core.takeGrowthBegun()) {
      watcherWake.signal();
    }
  }

  /** What a worker does next; blocks until it is time for that. */
  UploadAction nextAction(UploadWorker worker) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      UploadAction action = core.next(worker.session(), nanoTicker.getAsLong());
      while (action instanceof UploadAction.WaitUntil wait) {
        worker.wake().awaitNanos(wait.nanos() - nanoTicker.getAsLong());
        action = core.next(worker.session(), nanoTicker.getAsLong());
      }
      if (action instanceof UploadAction.Rest) {
        workers.remove(worker.session(), worker);
      }
      return action;
    } finally {
      lock.unlock();
    }
  }

  /** A worker has ended without being told to rest. */
  void failed(UploadWorker worker) {
    lock.lock();
    try {
      workers.remove(worker.session(), worker);
    } finally {
      lock.unlock();
    }
    tell(inner -> inner.closed(worker.session()));
  }

  private void watch() {
    try {
      while (awaitWatch()) {
        duties.watch();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns false when there is nothing to watch any more. */
  private boolean awaitWatch() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long leftNanos = watchIntervalNanos();
      while (leftNanos > 0 && core.slotsInUse() > 0) {
        leftNanos = Math.min(watcherWake.awaitNanos(leftNanos), watchIntervalNanos());
      }
      if (core.slotsInUse() > 0) {
        return true;
      }
      watcher = null;
      return false;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private long watchIntervalNanos() {
    return core.isAnyGrowing() ? GROWTH_INTERVAL_NANOS : SILENCE_INTERVAL_NANOS;
  }

  /** Withdraws every slot, and waits a little for the threads to end. */
  @Override
  public void close() {
    tell(inner -> inner.shutDown(nanoTicker.getAsLong()));
    List<Thread> threads = threads();
    threads.forEach(Thread::interrupt);
    try {
      for (Thread thread : threads) {
        thread.join(JOIN_LIMIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int running() {
    return (int) threads().stream().filter(Thread::isAlive).count();
  }

  private List<Thread> threads() {
    lock.lock();
    try {
      List<Thread> threads = new ArrayList<>();
      workers.values().forEach(worker -> threads.add(worker.thread()));
      if (watcher != null) {
        threads.add(watcher);
      }
      return threads;
    } finally {
      lock.unlock();
    }
  }
}
