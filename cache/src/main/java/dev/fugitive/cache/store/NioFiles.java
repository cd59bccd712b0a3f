package dev.fugitive.cache.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The machine's own files. */
final class NioFiles implements StoreFiles {
  @Override
  public void createDirectories(Path directory) throws IOException {
    Files.createDirectories(directory);
  }

  @Override
  public List<Found> list(Path directory) throws IOException {
    List<Found> found = new ArrayList<>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
      for (Path path : paths) {
        addIfFile(path, found);
      }
    }
    return found;
  }

  private static void addIfFile(Path path, List<Found> found) throws IOException {
    try {
      BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
      if (file.isRegularFile()) {
        found.add(new Found(path, file.size(), file.lastModifiedTime().toInstant()));
      }
    } catch (NoSuchFileException e) {
      // deleted by somebody else since the directory was read: not a file of it any more
    }
  }

  @Override
  public OpenFile open(Path path, boolean create) throws IOException {
    Set<StandardOpenOption> options =
        create
            ? Set.of(
                StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)
            : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new Open(FileChannel.open(path, options));
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(Path path) throws IOException {
    Files.deleteIfExists(path);
  }

  @Override
  public void touch(Path path, Instant modified) throws IOException {
    Files.setLastModifiedTime(path, FileTime.from(modified));
  }

  /** A file channel. */
  private record Open(FileChannel channel) implements OpenFile {
    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      return channel.read(into, position);
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
      return channel.write(bytes, position);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
