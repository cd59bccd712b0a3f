package dev.fugitive.proxy.log;

import dev.fugitive.client.fetch.FetchListener;
import dev.fugitive.client.fetch.FetchSummary;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line for each fetch that is over.
 *
 * <p>Fetches hand over what there is to tell and go on, an event loop's among them: a thread of the
 * log's own makes lines of it and writes them, a batch at a time, so that it is woken once for
 * many. Where it does not keep up, fetches are left out and counted; where the disk fails, the log
 * says so once and ends, and fetches do not notice.
 */
public final class AccessLog implements FetchListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
  private static final int MAX_WAITING = 4096;
  private static final long MAX_FILE_BYTES = 10L << 20;
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final long GATHERING_MILLIS = 20;
  private static final Duration PATIENCE_AT_END = Duration.ofSeconds(2);

  private final LogFiles files;
  private final long maxFileBytes;

  /** What is to be told; nothing after an empty one. */
  private final BlockingQueue<Optional<FetchSummary>> waiting =
      new ArrayBlockingQueue<>(MAX_WAITING);

  private final CountDownLatch closing = new CountDownLatch(1);
  private final LongAdder leftOut = new LongAdder();
  private final Thread thread;

  // the writing thread's own
  private final StringBuilder line = new StringBuilder();
  private final InstantText instants = new InstantText();
  private @Nullable OutputStream file;
  private long fileBytes;
  private boolean saidLeftOut;

  private AccessLog(LogFiles files, long maxFileBytes) {
    this.files = files;
    this.maxFileBytes = maxFileBytes;
    this.thread = Thread.ofPlatform().daemon().name("access-log").unstarted(this::write);
  }

  /** Goes on where the files end. */
  public static AccessLog open(LogFiles files) {
    return open(files, MAX_FILE_BYTES);
  }

  static AccessLog open(LogFiles files, long maxFileBytes) {
    AccessLog log = new AccessLog(files, maxFileBytes);
    log.thread.start();
    return log;
  }

  @Override
  public void fetchEnd(long fetchId, FetchSummary summary) {
    if (!waiting.offer(Optional.of(summary))) {
      leftOut.increment();
    }
  }

  private void write() {
    List<Optional<FetchSummary>> batch = new ArrayList<>();
    try {
      do {
        batch.clear();
        batch.add(waiting.take());
        boolean isClosing = closing.await(GATHERING_MILLIS, TimeUnit.MILLISECONDS);
        waiting.drainTo(batch);
        append(batch);
        tellLeftOut(isClosing);
      } while (!batch.contains(Optional.<FetchSummary>empty()));
    } catch (IOException failure) {
      LOG.warn("no access log any more: {}", failure.toString());
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } finally {
      closeFile();
    }
  }

  private void append(List<Optional<FetchSummary>> batch) throws IOException {
    for (Optional<FetchSummary> told : batch) {
      if (told.isPresent()) {
        append(AccessRecord.of(told.get()));
      }
    }
    if (file != null) {
      file.flush();
    }
  }

  /** Once when it begins, and how many they were in the end: not a line for each. */
  private void tellLeftOut(boolean isClosing) {
    long missing = leftOut.sum();
    if (missing > 0 && (isClosing || !saidLeftOut)) {
      saidLeftOut = true;
      LOG.warn("the access log does not keep up; {} fetches are left out so far", missing);
    }
  }

  private void append(AccessRecord record) throws IOException {
    line.setLength(0);
    record.appendTo(line, instants);
    byte[] bytes = line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    if (file != null && fileBytes + bytes.length > maxFileBytes) {
      closeFile();
      files.rotate();
    }
    OutputStream to = file == null ? open() : file;
    to.write(bytes);
    fileBytes += bytes.length;
  }

  private OutputStream open() throws IOException {
    LogFiles.createPrivate(files.current());
    fileBytes = Files.size(files.current());
    if (fileBytes >= maxFileBytes) {
      files.rotate();
      LogFiles.createPrivate(files.current());
      fileBytes = 0;
    }
    OutputStream opened =
        new BufferedOutputStream(
            Files.newOutputStream(
                files.current(), StandardOpenOption.APPEND, StandardOpenOption.WRITE),
            BUFFER_BYTES);
    file = opened;
    return opened;
  }

  private void closeFile() {
    OutputStream open = file;
    file = null;
    try {
      if (open != null) {
        open.close();
      }
    } catch (IOException failure) {
      LOG.warn("access log not whole: {}", failure.toString());
    }
  }

  /** Writes what waits, at most for two seconds. */
  @Override
  public void close() {
    try {
      closing.countDown();
      boolean isTold =
          waiting.offer(Optional.empty(), PATIENCE_AT_END.toMillis(), TimeUnit.MILLISECONDS);
      if (!isTold || !thread.join(PATIENCE_AT_END)) {
        thread.interrupt();
      }
    } catch (InterruptedException interrupted) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
