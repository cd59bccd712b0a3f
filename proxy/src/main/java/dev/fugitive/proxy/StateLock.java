package dev.fugitive.proxy;

import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.text.FileWords;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to run with a state directory, which holds the key: two proxies with one key would
 * stand in each other's way wherever they meet others. The operating system takes it back when the
 * process dies.
 */
final class StateLock implements AutoCloseable {
  private static final String NAME = "lock";

  private final FileChannel channel;

  private StateLock(FileChannel channel) {
    this.channel = channel;
  }

  static StateLock take(Path stateDir) throws SettingsException {
    try {
      Files.createDirectories(stateDir);
      FileChannel channel =
          FileChannel.open(
              stateDir.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw new SettingsException(
            "state directory: "
                + stateDir
                + " is in use (expected: one proxy for each, since it holds the key; 'fugitive status'"
                + " says whether one runs)");
      }
      return new StateLock(channel);
    } catch (IOException unusable) {
      throw new SettingsException("state directory: " + FileWords.of(unusable));
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException byThisProcess) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
