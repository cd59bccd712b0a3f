package dev.fugitive.proxy;

import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.SettingsException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second process from a directory; the operating system lets go of it when this one ends.
 */
final class DirectoryLock implements AutoCloseable {
  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Makes the directory if need be, and takes it; the setting is the one that named it. */
  static DirectoryLock take(Path directory, Setting setting) throws SettingsException {
    try {
      Files.createDirectories(directory);
      FileChannel channel =
          FileChannel.open(
              directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isTaken(channel)) {
        channel.close();
        throw new SettingsException(
            setting.flag()
                + ": "
                + directory
                + " is in use by another fugitive (expected: a directory of its own)");
      }
      return new DirectoryLock(channel);
    } catch (IOException unwritable) {
      throw new SettingsException(
          setting.flag()
              + ": "
              + directory
              + " (expected: a writable directory; "
              + unwritable
              + ")");
    }
  }

  private static boolean isTaken(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock == null;
    } catch (OverlappingFileLockException byThisProcess) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
