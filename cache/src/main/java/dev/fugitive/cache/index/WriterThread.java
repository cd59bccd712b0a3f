package dev.fugitive.cache.index;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One virtual thread that makes changes one after the other, from a bounded queue. */
final class WriterThread {
  private static final Logger LOG = LoggerFactory.getLogger(WriterThread.class);
  private static final int MAX_QUEUED = 1024;

  /** A change to be made on the writing thread. */
  interface Change {
    void make() throws IOException;
  }

  private record Queued(Change change, CompletableFuture<Boolean> done, boolean last) {}

  private final BlockingQueue<Queued> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
  private final AtomicBoolean closing = new AtomicBoolean();
  private final LongAdder failures = new LongAdder();
  private final Thread thread;

  WriterThread() {
    thread = Thread.ofVirtual().name("representation-index").start(this::loop);
  }

  long failures() {
    return failures.sum();
  }

  /** Makes a change and waits for it. */
  void run(Change change) throws IOException {
    Queued queued = new Queued(change, new CompletableFuture<>(), false);
    enqueue(queued);
    await(queued.done());
  }

  /** Makes a change soon; waits only where the queue is full. A failure is logged. */
  void later(Change change) {
    Change logged =
        () -> {
          try {
            change.make();
          } catch (IOException | RuntimeException e) {
            LOG.warn("index: a change was not written: {}", e.toString());
            throw e;
          }
        };
    enqueue(new Queued(logged, new CompletableFuture<>(), false));
  }

  private void enqueue(Queued queued) {
    if (Thread.currentThread() == thread) {
      // from within a change: waiting for room in the queue would be waiting for ourselves
      make(queued);
      return;
    }
    if (closing.get()) {
      queued.done().completeExceptionally(new IOException("the index is closed"));
      return;
    }
    try {
      // where there is room an interrupt does not keep it out
      if (!queue.offer(queued)) {
        queue.put(queued);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      queued.done().completeExceptionally(new InterruptedIOException("interrupted"));
    }
    if (!thread.isAlive()) {
      failTheRest();
    }
  }

  private static void await(CompletableFuture<Boolean> done) throws IOException {
    try {
      done.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("interrupted while a change was being written");
      interrupted.initCause(e);
      throw interrupted;
    } catch (ExecutionException e) {
      throw new IOException("the change was not written", e.getCause());
    }
  }

  private void loop() {
    try {
      Queued queued;
      do {
        queued = queue.take();
        make(queued);
      } while (!queued.last());
    } catch (InterruptedException e) {
      LOG.error("the index's writing thread was interrupted and stops", e);
    } finally {
      failTheRest();
    }
  }

  private void make(Queued queued) {
    try {
      queued.change().make();
      queued.done().complete(true);
    } catch (IOException | RuntimeException e) {
      failures.increment();
      queued.done().completeExceptionally(e);
    }
  }

  private void failTheRest() {
    Queued queued;
    while ((queued = queue.poll()) != null) {
      queued.done().completeExceptionally(new IOException("the index is closed"));
    }
  }

  /**
   * Makes the changes that wait, then this last one, then ends; later calls do nothing. An
   * interrupt does not keep it from being made, and is seen again afterwards.
   */
  void close(Change last) {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    boolean interrupted = false;
    boolean queued = false;
    Queued end = new Queued(last, new CompletableFuture<>(), true);
    while (true) {
      try {
        if (!queued) {
          queue.put(end);
          queued = true;
        }
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (end.done().isCompletedExceptionally()) {
      LOG.warn("index: closed with a failure: {}", end.done().exceptionNow().toString());
    }
  }
}
