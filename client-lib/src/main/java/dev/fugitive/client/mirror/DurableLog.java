package dev.fugitive.client.mirror;

import dev.fugitive.cache.file.PrivateFile;
import dev.fugitive.cache.file.RecordFrame;
import dev.fugitive.cache.file.SoleUse;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of records, each in a {@link RecordFrame}, that are there once {@link #append} has
 * returned, whatever happens then: to the process, or to the machine.
 *
 * <p>What stands behind the last whole record was being written when it ended, as a rule; it is cut
 * off at the next start, and kept in a file beside it. {@link #rewrite} puts a new file in the
 * place of the old one, by a rename. Not safe for use by several threads.
 */
final class DurableLog implements Closeable {
  /** The longest record. */
  static final int MAX_RECORD_BYTES = 16 * 1024;

  /** A file of orders that is longer is none of ours. */
  private static final long MAX_FILE_BYTES = 256L * 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(DurableLog.class);

  private final Path file;
  private final SoleUse use;
  private FileChannel channel;
  private long lengthBytes;

  private DurableLog(Path file, SoleUse use, FileChannel channel, long lengthBytes) {
    this.file = file;
    this.use = use;
    this.channel = channel;
    this.lengthBytes = lengthBytes;
  }

  /** An open log and what was in it. */
  record Opened(DurableLog log, List<ByteString> records) {}

  /**
   * Opens a log, or begins it.
   *
   * @throws IOException where the file cannot be used, or another process uses it
   */
  static Opened open(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    SoleUse use = take(file);
    try {
      Files.deleteIfExists(draft(file));
      FileChannel channel =
          PrivateFile.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
      List<ByteString> records = new ArrayList<>();
      long end = replay(file, channel, records);
      keepAside(file, channel, end);
      channel.truncate(end);
      channel.position(end);
      channel.force(true);
      syncDirectory(file);
      return new Opened(new DurableLog(file, use, channel, end), records);
    } catch (IOException | RuntimeException e) {
      use.close();
      throw e;
    }
  }

  private static SoleUse take(Path file) throws IOException {
    return SoleUse.tryTake(file.resolveSibling(file.getFileName() + ".lock"))
        .orElseThrow(() ->
            new IOException(file + " is used already (expected: one node a state directory)"));
  }

  /** Reads whole records; the result is where the last one ends. */
  private static long replay(Path file, FileChannel channel, List<ByteString> records)
      throws IOException {
    long size = channel.size();
    if (size > MAX_FILE_BYTES) {
      throw new IOException(file + " bytes: " + size + " (expected: <= " + MAX_FILE_BYTES + ")");
    }
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
    Optional<ByteString> next = RecordFrame.next(all, MAX_RECORD_BYTES);
    while (next.isPresent()) {
      records.add(next.get());
      next = RecordFrame.next(all, MAX_RECORD_BYTES);
    }
    return all.position();
  }

  /** What is cut off may be more than a record that was being written: somebody can look at it. */
  private static void keepAside(Path file, FileChannel channel, long end) throws IOException {
    long cutBytes = channel.size() - end;
    if (cutBytes == 0) {
      return;
    }
    Path aside = file.resolveSibling(file.getFileName() + ".cut");
    try (FileChannel cut =
        PrivateFile.open(
            aside,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE))) {
      channel.position(end);
      cut.transferFrom(channel, 0, cutBytes);
    }
    LOG.warn("{}: the last {} bytes are no whole record; they are in {}", file, cutBytes, aside);
  }

  private static ByteBuffer framed(ByteString record) {
    if (record.size() > MAX_RECORD_BYTES) {
      throw new IllegalArgumentException(
          "record bytes: " + record.size() + " (expected: 1 to " + MAX_RECORD_BYTES + ")");
    }
    return RecordFrame.of(record);
  }

  /**
   * Writes a record; it is on the disk when this returns.
   *
   * @throws IOException where that failed; nothing of it is there then
   */
  void append(ByteString record) throws IOException {
    ByteBuffer framed = framed(record);
    int size = framed.remaining();
    try {
      writeAll(channel, framed);
      channel.force(false);
      lengthBytes += size;
    } catch (IOException e) {
      channel.truncate(lengthBytes);
      channel.position(lengthBytes);
      throw e;
    }
  }

  long lengthBytes() {
    return lengthBytes;
  }

  /** Puts just these records in the place of all that were there. */
  void rewrite(List<ByteString> records) throws IOException {
    Path draft = draft(file);
    FileChannel fresh =
        PrivateFile.open(
            draft,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE));
    try {
      for (ByteString record : records) {
        writeAll(fresh, framed(record));
      }
      fresh.force(true);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      syncDirectory(file);
    } catch (IOException | RuntimeException e) {
      fresh.close();
      throw e;
    }
    channel.close();
    channel = fresh;
    lengthBytes = fresh.position();
  }

  private static void writeAll(FileChannel to, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }

  private static Path draft(Path file) {
    return file.resolveSibling(file.getFileName() + ".new");
  }

  /** A file's name is durable when its directory is; some systems cannot say that. */
  private static void syncDirectory(Path file) {
    try (FileChannel directory =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    } catch (IOException notOnThisSystem) {
      return;
    }
  }

  @Override
  public void close() throws IOException {
    try (use) {
      channel.close();
    }
  }
}
