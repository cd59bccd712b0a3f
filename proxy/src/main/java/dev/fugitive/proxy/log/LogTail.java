package dev.fugitive.proxy.log;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a log from its end, and goes on with what is appended, from file to file. */
public final class LogTail {
  private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);
  private static final int BLOCK_BYTES = 64 * 1024;
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private final LogFiles files;
  private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();

  public LogTail(LogFiles files) {
    this.files = files;
  }

  /** The last lines that are wanted, the oldest first. */
  public List<String> last(int count, Predicate<String> wanted) throws IOException {
    Deque<String> lines = new ArrayDeque<>();
    for (Path file : files.existing()) {
      read(
          file,
          wanted,
          line -> {
            lines.add(line);
            if (lines.size() > count) {
              lines.remove();
            }
          });
    }
    return List.copyOf(lines);
  }

  /** A file that has just been moved out is passed over. */
  private static void read(Path file, Predicate<String> wanted, Consumer<String> lines)
      throws IOException {
    try (InputStream bytes = Files.newInputStream(file);
        // a line that a power failure tore may be no text
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (wanted.test(line)) {
          lines.accept(line);
        }
      }
    } catch (NoSuchFileException justRotated) {
      LOG.debug("{} was moved out", file);
    }
  }

  /** Gives each line that is appended from now on, until the thread is interrupted. */
  public void follow(Consumer<String> lines) throws IOException, InterruptedException {
    Semaphore never = new Semaphore(0);
    boolean fromStart = false;
    while (true) {
      Object before = identity();
      try (FileChannel channel = FileChannel.open(files.current())) {
        if (!fromStart) {
          channel.position(channel.size());
        }
        // a file that was replaced while it was opened may be either
        boolean sure = before.equals(identity());
        boolean replaced = !sure;
        while (sure && !replaced) {
          replaced = !before.equals(identity());
          // what was written between the look and the reading is read as well
          drain(channel, lines);
          if (!replaced && never.tryAcquire(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
            return;
          }
        }
        fromStart |= sure;
      } catch (NoSuchFileException notYet) {
        fromStart = true;
        if (never.tryAcquire(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    }
  }

  /** What tells the file from the one that takes its place. */
  private Object identity() throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(files.current(), BasicFileAttributes.class);
      Object key = attributes.fileKey();
      return key == null ? attributes.creationTime() : key;
    } catch (NoSuchFileException rotated) {
      return "none";
    }
  }

  private void drain(FileChannel channel, Consumer<String> lines) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    while (channel.read(block) > 0) {
      block.flip();
      while (block.hasRemaining()) {
        byte next = block.get();
        if (next == '\n') {
          lines.accept(unfinished.toString(StandardCharsets.UTF_8));
          unfinished.reset();
        } else {
          unfinished.write(next);
        }
      }
      block.clear();
    }
  }
}
