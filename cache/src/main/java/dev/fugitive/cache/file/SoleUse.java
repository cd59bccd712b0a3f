package dev.fugitive.cache.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The right to a file, which one process has alone, and one user in it; the operating system takes
 * it back when the process dies.
 *
 * <p>On POSIX systems a process loses its lock on a file with the first channel to it that it
 * closes, whichever that is. So who asks a second time is refused before the file is opened.
 */
public final class SoleUse implements Closeable {
  /** The files that this process has. */
  private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

  private final Path file;

  /** Kept, since a lock that nobody refers to is no longer seen by others in this process. */
  private final FileLock lock;

  private final AtomicBoolean closed = new AtomicBoolean();

  private SoleUse(Path file, FileLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /**
   * Takes the right to a file, which is made where there is none; its directory is there.
   *
   * @return empty where somebody else has it
   */
  public static Optional<SoleUse> tryTake(Path file) throws IOException {
    Path name = file.getFileName();
    Path parent = file.toAbsolutePath().getParent();
    if (name == null || parent == null) {
      throw new IOException(file + " (expected: a file in a directory)");
    }
    Path taken = parent.toRealPath().resolve(name);
    if (!TAKEN.add(taken)) {
      return Optional.empty();
    }
    FileLock lock = null;
    try {
      lock = tryLock(taken);
      return Optional.ofNullable(lock).map(held -> new SoleUse(taken, held));
    } finally {
      if (lock == null) {
        TAKEN.remove(taken);
      }
    }
  }

  private static @Nullable FileLock tryLock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PrivateFile.attributes(file));
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException byAnotherLoaderOfThisClass) {
      return null;
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    return lock;
  }

  @Override
  public void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      try {
        lock.acquiredBy().close();
      } finally {
        TAKEN.remove(file);
      }
    }
  }
}
