package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.file.SoleUse;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a disk tier: its names, its lock, and its open files.
 *
 * <pre>
 *   fugitive-store               lock and mark: a directory without it must be empty to become a store
 *   contents/ROOT-LENGTH         whole contents; ROOT in hexadecimal, LENGTH in bytes
 *   pins/ROOT-LENGTH             empty: the user has pinned the content of that name
 *   pins/ROOT-LENGTH.mirror      empty: the mirror has
 *   partial/N                    what is being filled, and what is forgotten but still open;
 *                                deleted when the store is opened
 * </pre>
 */
final class StoreFolder implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreFolder.class);
  private static final Pattern CONTENT_NAME = Pattern.compile("[0-9a-f]{64}-[0-9]{1,12}");
  private static final Pattern PIN_NAME = Pattern.compile(CONTENT_NAME + "(\\.mirror)?");

  private final StoreFiles files;
  private final Path contents;
  private final Path partial;
  private final Path pins;
  private final SoleUse lock;
  private final AtomicLong partialNames = new AtomicLong();
  private final Set<StoreFiles.OpenFile> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Locks the directory, and deletes what a former process left unfinished. */
  StoreFolder(StoreFiles files, Path directory) throws IOException {
    this.files = files;
    this.contents = directory.resolve("contents");
    this.partial = directory.resolve("partial");
    this.pins = directory.resolve("pins");
    files.createDirectories(directory);
    this.lock = DirectoryLock.take(directory);
    boolean ready = false;
    try {
      files.createDirectories(contents);
      files.createDirectories(partial);
      files.createDirectories(pins);
      for (StoreFiles.Found left : files.list(partial)) {
        files.delete(left.path());
      }
      ready = true;
    } finally {
      if (!ready) {
        lock.close();
      }
    }
  }

  /** The files of whole contents, the least recently used first. */
  List<StoreFiles.Found> contents() throws IOException {
    List<StoreFiles.Found> found = new ArrayList<>(files.list(contents));
    found.removeIf(file -> !CONTENT_NAME.matcher(file.path().getFileName().toString()).matches());
    found.sort(Comparator.comparing(StoreFiles.Found::modified));
    return found;
  }

  Path contentPath(ContentId id) {
    return contents.resolve(id.root().hex() + "-" + id.length());
  }

  /** The marks of what is pinned. */
  List<Path> pins() throws IOException {
    return files.list(pins).stream()
        .map(StoreFiles.Found::path)
        .filter(path -> PIN_NAME.matcher(path.getFileName().toString()).matches())
        .toList();
  }

  Path pinPath(ContentId id, PinOwner owner) {
    return pins.resolve(contentPath(id).getFileName() + owner.suffix());
  }

  /** Makes an empty file, unless it is there. */
  void create(Path path) throws IOException {
    try {
      files.open(path, true).close();
    } catch (FileAlreadyExistsException alreadyThere) {
      LOG.debug("{} is there", path);
    }
  }

  Path newPartialPath() {
    return partial.resolve(Long.toString(partialNames.incrementAndGet()));
  }

  StoreFiles.OpenFile open(Path path, boolean create) throws IOException {
    StoreFiles.OpenFile file = files.open(path, create);
    open.add(file);
    if (closed) {
      close(file);
      throw new IOException("the store is closed");
    }
    return file;
  }

  void close(StoreFiles.OpenFile file) throws IOException {
    if (open.remove(file)) {
      file.close();
    }
  }

  void move(Path from, Path to) throws IOException {
    files.move(from, to);
  }

  void delete(Path path) throws IOException {
    files.delete(path);
  }

  void touch(Path path, Instant modified) throws IOException {
    files.touch(path, modified);
  }

  /** How many files are open. */
  int openFiles() {
    return open.size();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    try (lock) {
      for (StoreFiles.OpenFile file : open) {
        close(file);
      }
    }
  }
}
