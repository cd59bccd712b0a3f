package dev.fugitive.client.limits;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was given in each month, kept in a file, so that no crash makes a month's allowance larger.
 *
 * <p>The file is always ahead: it says what was given and up to {@link #AHEAD_BYTES} more. Bytes
 * are charged before they are given, and whoever charges more than the file says waits until it
 * says so. After {@code kill -9} or a power cut the account therefore shows at least what was
 * given, and at most {@link #AHEAD_BYTES} too much; after a close it is exact.
 *
 * <p>Each month is counted for itself. A clock that is set back, or a time zone further west, goes
 * on with the older month where it was, and comes back to the newer one where that was. Of months
 * long unused the oldest are forgotten.
 *
 * <p>Safe for use by several threads. The file is written by a thread of its own, never under the
 * lock.
 */
public final class MonthAccount implements Closeable {
  /** How far the file is ahead at most. */
  public static final long AHEAD_BYTES = 4L << 20;

  static final int MAX_MONTHS = 24;

  private static final Logger LOG = LoggerFactory.getLogger(MonthAccount.class);
  private static final long RETRY_NANOS = 1_000_000_000;

  private final Optional<MonthFile> file;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition writeWanted = lock.newCondition();
  private final Condition written = lock.newCondition();

  /** In the order of their last use. */
  @GuardedBy("lock")
  private final Map<YearMonth, Month> months = new LinkedHashMap<>();

  @GuardedBy("lock")
  private boolean failing;

  @GuardedBy("lock")
  private boolean closed;

  private final @Nullable Thread writer;

  /** Of one month: what was given, and what the file says. */
  private static final class Month {
    private long bytes;
    private long writtenBytes;
    private boolean isCharged;

    Month(long bytes) {
      this.bytes = bytes;
      this.writtenBytes = bytes;
    }

    boolean isWriteDue() {
      return isCharged && bytes > writtenBytes - AHEAD_BYTES / 2;
    }
  }

  private MonthAccount(Optional<MonthFile> file, Map<YearMonth, Long> before) {
    this.file = file;
    before.forEach((month, bytes) -> months.put(month, new Month(bytes)));
    this.writer =
        file.isEmpty()
            ? null
            : Thread.ofVirtual().name("month-account").unstarted(() -> keepWriting(file.get()));
  }

  /** An account that ends with the process. */
  public static MonthAccount inMemory() {
    return new MonthAccount(Optional.empty(), Map.of());
  }

  /**
   * An account that goes on where the file ends.
   *
   * @param path need not exist, nor its directory
   * @throws IOException where there is a file that cannot be read
   */
  public static MonthAccount open(Path path) throws IOException {
    MonthFile file = new MonthFile(path);
    MonthAccount account = new MonthAccount(Optional.of(file), file.read());
    Thread writer = account.writer;
    if (writer != null) {
      writer.start();
    }
    return account;
  }

  /**
   * Charges bytes that are about to be given; waits until the file says as much.
   *
   * @param limitBytes for the month; without one it is counted all the same
   * @return false where that is more than the limit leaves, or where the file cannot be written and
   *     there is a limit; nothing is charged then
   */
  boolean charge(YearMonth month, long bytes, Optional<Long> limitBytes)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Month entry = use(month);
      if (limitBytes.isPresent() && bytes > limitBytes.get() - entry.bytes) {
        return false;
      }
      entry.isCharged = true;
      entry.bytes += bytes;
      if (file.isEmpty() || awaitWritten(entry) || limitBytes.isEmpty()) {
        return true;
      }
      entry.bytes -= bytes;
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** The month's entry, from now on the one that was used last. */
  @GuardedBy("lock")
  private Month use(YearMonth month) {
    Month entry = months.remove(month);
    Month used = entry == null ? new Month(0) : entry;
    months.put(month, used);
    Iterator<YearMonth> oldest = months.keySet().iterator();
    while (months.size() > MAX_MONTHS) {
      oldest.next();
      oldest.remove();
    }
    return used;
  }

  @GuardedBy("lock")
  private boolean awaitWritten(Month entry) throws InterruptedException {
    if (entry.isWriteDue()) {
      writeWanted.signal();
    }
    while (entry.bytes > entry.writtenBytes && !failing && !closed) {
      written.await();
    }
    return entry.bytes <= entry.writtenBytes;
  }

  /** What the month has come to so far. */
  MonthToDate toDate(YearMonth month) {
    lock.lock();
    try {
      Month entry = months.get(month);
      return new MonthToDate(month, entry == null ? 0 : entry.bytes, !failing);
    } finally {
      lock.unlock();
    }
  }

  // -- the writer

  private void keepWriting(MonthFile to) {
    try {
      while (true) {
        Map<YearMonth, Long> next = awaitDue();
        if (next.isEmpty()) {
          return;
        }
        write(to, next);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What to write, as soon as there is something; nothing once the account is closed. */
  private Map<YearMonth, Long> awaitDue() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long pauseNanos = failing ? RETRY_NANOS : 0;
      while (!closed && (pauseNanos > 0 || !isAnyDue())) {
        if (pauseNanos > 0) {
          pauseNanos = writeWanted.awaitNanos(pauseNanos);
        } else {
          writeWanted.await();
        }
      }
      return closed ? Map.of() : ahead();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private boolean isAnyDue() {
    return months.values().stream().anyMatch(Month::isWriteDue);
  }

  @GuardedBy("lock")
  private Map<YearMonth, Long> ahead() {
    Map<YearMonth, Long> next = new LinkedHashMap<>();
    months.forEach((month, entry) ->
        next.put(month, entry.isWriteDue() ? entry.bytes + AHEAD_BYTES : entry.writtenBytes));
    return next;
  }

  private void write(MonthFile to, Map<YearMonth, Long> next) {
    boolean done = false;
    String failure = "";
    try {
      to.write(next);
      done = true;
    } catch (IOException unwritable) {
      failure = unwritable.toString();
    }
    lock.lock();
    try {
      if (!done && !failing) {
        LOG.warn("the account of uploads cannot be written: {}", failure);
      }
      failing = !done;
      if (done) {
        next.forEach(this::noteWritten);
      }
      written.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void noteWritten(YearMonth month, long bytes) {
    Month entry = months.get(month);
    if (entry != null) {
      entry.writtenBytes = bytes;
    }
  }

  /** Writes what was given, exactly, and ends. */
  @Override
  public void close() throws IOException {
    Map<YearMonth, Long> exact = new LinkedHashMap<>();
    boolean isCharged;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      writeWanted.signalAll();
      written.signalAll();
      months.forEach((month, entry) -> exact.put(month, entry.bytes));
      isCharged = months.values().stream().anyMatch(entry -> entry.isCharged);
    } finally {
      lock.unlock();
    }
    awaitWriter();
    if (file.isPresent() && isCharged) {
      file.get().write(exact);
    }
  }

  private void awaitWriter() {
    try {
      if (writer != null) {
        writer.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
