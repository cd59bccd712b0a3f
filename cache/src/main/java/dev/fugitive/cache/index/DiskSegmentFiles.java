package dev.fugitive.cache.index;

import dev.fugitive.cache.file.SoleUse;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Segment files in a directory that is locked for one process.
 *
 * <p>A read opens its own channel: a channel that threads share is closed for all of them when one
 * is interrupted.
 */
final class DiskSegmentFiles implements SegmentFiles {
  private static final Pattern NAME = Pattern.compile("segment-(\\d{9})");

  private final Path directory;
  private final SoleUse use;

  /** The file that is being appended to; confined to the writing thread. */
  private @Nullable FileChannel head;

  private int headNumber = -1;

  private DiskSegmentFiles(Path directory, SoleUse use) {
    this.directory = directory;
    this.use = use;
  }

  static DiskSegmentFiles open(Path directory) throws IOException {
    Files.createDirectories(directory);
    return SoleUse.tryTake(directory.resolve("lock"))
        .map(use -> new DiskSegmentFiles(directory, use))
        .orElseThrow(() ->
            new IOException("index directory: " + directory + " is in use by another process"));
  }

  private Path path(int number) {
    return directory.resolve("segment-%09d".formatted(number));
  }

  @Override
  public List<Integer> numbers() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> NAME.matcher(file.getFileName().toString()))
          .filter(name -> name.matches())
          .map(name -> Integer.valueOf(name.group(1)))
          .sorted()
          .toList();
    }
  }

  @Override
  public byte[] readAll(int number) throws IOException {
    return Files.readAllBytes(path(number));
  }

  @Override
  public byte[] read(int number, int offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    try (FileChannel file = FileChannel.open(path(number), StandardOpenOption.READ)) {
      while (bytes.hasRemaining()) {
        if (file.read(bytes, (long) offset + bytes.position()) < 0) {
          throw new EOFException(
              "%s ends before %d bytes at %d".formatted(path(number), length, offset));
        }
      }
    }
    return bytes.array();
  }

  @Override
  public void append(int number, int position, byte[] bytes) throws IOException {
    FileChannel file = headChannel(number);
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      file.write(rest, (long) position + rest.position());
    }
  }

  private FileChannel headChannel(int number) throws IOException {
    FileChannel open = head;
    if (open != null && headNumber == number && open.isOpen()) {
      return open;
    }
    closeHead();
    FileChannel opened =
        FileChannel.open(path(number), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    head = opened;
    headNumber = number;
    return opened;
  }

  @Override
  public void truncate(int number, int length) throws IOException {
    try (FileChannel file = FileChannel.open(path(number), StandardOpenOption.WRITE)) {
      file.truncate(length);
    }
  }

  @Override
  public void force(int number) throws IOException {
    try (FileChannel file = FileChannel.open(path(number), StandardOpenOption.WRITE)) {
      file.force(true);
    } catch (NoSuchFileException e) {
      // nothing was written to it
    }
  }

  @Override
  public void delete(int number) throws IOException {
    if (number == headNumber) {
      closeHead();
    }
    Files.deleteIfExists(path(number));
  }

  private void closeHead() throws IOException {
    FileChannel open = head;
    head = null;
    headNumber = -1;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      closeHead();
    } finally {
      use.close();
    }
  }
}
