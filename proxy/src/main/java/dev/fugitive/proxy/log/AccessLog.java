package dev.fugitive.proxy.log;

import dev.fugitive.client.fetch.FetchListener;
import dev.fugitive.client.fetch.FetchSummary;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line for each fetch that is over.
 *
 * <p>Fetches hand over and go on: a thread of its own writes. Where the disk does not keep up,
 * lines are left out and counted; where it fails, the log says so once and ends, and fetches do not
 * notice.
 */
public final class AccessLog implements FetchListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
  private static final int MAX_WAITING = 4096;
  private static final long MAX_FILE_BYTES = 10L << 20;
  private static final Duration PATIENCE_AT_END = Duration.ofSeconds(2);
  private static final String END = "";

  private final LogFiles files;
  private final long maxFileBytes;
  private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final AtomicLong leftOut = new AtomicLong();
  private final Thread thread;

  // the writing thread's own
  private @Nullable BufferedWriter writer;
  private long fileBytes;

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
    if (!waiting.offer(AccessRecord.of(summary).toJson())) {
      leftOut.incrementAndGet();
    }
  }

  private void write() {
    try {
      for (String line = waiting.take(); !line.equals(END); line = waiting.take()) {
        append(line);
        if (waiting.isEmpty() && writer != null) {
          writer.flush();
        }
      }
    } catch (IOException failure) {
      LOG.warn("no access log any more: {}", failure.toString());
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } finally {
      closeFile();
    }
  }

  private void append(String line) throws IOException {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    if (writer != null && fileBytes + bytes.length > maxFileBytes) {
      closeFile();
      files.rotate();
    }
    BufferedWriter to = writer == null ? open() : writer;
    to.write(line);
    to.write('\n');
    fileBytes += bytes.length;
    long missing = leftOut.getAndSet(0);
    if (missing > 0) {
      LOG.warn("{} lines of the access log were left out", missing);
    }
  }

  private BufferedWriter open() throws IOException {
    LogFiles.createPrivate(files.current());
    fileBytes = Files.size(files.current());
    if (fileBytes >= maxFileBytes) {
      files.rotate();
      LogFiles.createPrivate(files.current());
      fileBytes = 0;
    }
    BufferedWriter opened =
        Files.newBufferedWriter(
            files.current(), StandardOpenOption.APPEND, StandardOpenOption.WRITE);
    writer = opened;
    return opened;
  }

  private void closeFile() {
    BufferedWriter open = writer;
    writer = null;
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
      if (!waiting.offer(END) || !thread.join(PATIENCE_AT_END)) {
        thread.interrupt();
      }
    } catch (InterruptedException interrupted) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
