package dev.fugitive.cache.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The right to a store's directory, which the operating system takes back when the process dies.
 */
final class DirectoryLock implements Closeable {
  private static final String NAME = "fugitive-store";

  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the lock of a directory that is a store, or is empty and becomes one. */
  static DirectoryLock take(Path directory) throws IOException {
    Path path = directory.resolve(NAME);
    if (!Files.exists(path) && !isEmpty(directory)) {
      throw new IOException(
          "store directory: " + directory + " holds other files (expected: empty, or a store)");
    }
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean taken = false;
    try {
      if (tryLock(channel) == null) {
        throw new DirectoryInUseException(
            "store directory: " + directory + " is in use (expected: no other process has it)");
      }
      taken = true;
      return new DirectoryLock(channel);
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
