package dev.fugitive.proxy.desktop;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;

/**
 * The file that keeps {@link SavedSettings}: it is there, whole and on disk, before anything is
 * set, and is gone only when everything has been restored.
 */
public final class SavedSettingsFile {
  private static final long MAX_BYTES = 1 << 20;

  private final Path file;

  public SavedSettingsFile(Path stateDir) {
    this.file = stateDir.resolve("system-proxy");
  }

  /** What is saved. */
  public Optional<SavedSettings> read() throws IOException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw damaged();
      }
      Properties properties = new Properties();
      properties.load(new StringReader(Files.readString(file)));
      return Optional.of(SavedSettings.of(properties).orElseThrow(this::damaged));
    } catch (NoSuchFileException nothingSaved) {
      return Optional.empty();
    } catch (IllegalArgumentException malformedEscape) {
      throw damaged();
    }
  }

  private IOException damaged() {
    return new IOException(file + ": not as it was written (expected: saved proxy settings)");
  }

  /** Saves durably: what is there before stays whole until the new file is. */
  void write(SavedSettings settings) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    StringWriter text = new StringWriter();
    settings.toProperties().store(text, "what 'fugitive system off' restores");
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceDirectory();
  }

  /** Forgets what was saved. */
  void delete() throws IOException {
    Files.deleteIfExists(file);
    forceDirectory();
  }

  /** Makes a name durable; Windows does so by itself, and lets no directory be opened. */
  private void forceDirectory() throws IOException {
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel directory =
          FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }

  /** Keeps other processes out until the channel is closed. */
  FileChannel lock() throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    FileChannel channel =
        FileChannel.open(
            file.resolveSibling(file.getFileName() + ".lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw new IOException(file + ": another process is changing the system's proxy");
      }
      return channel;
    } catch (IOException | RuntimeException refused) {
      channel.close();
      throw refused;
    }
  }
}
