package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ContentId;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A content store on disk, with the most wanted segments in memory. {@link MemoryTier} is the same
 * store without files; {@link Shelf} is what the two share.
 *
 * <p><b>The file of a content.</b> One file each, so that forgetting is deleting, and the operating
 * system's page cache knows what is hot:
 *
 * <pre>
 *   0         body            as it came
 *   length    leaf hashes     32 bytes for each chunk
 *             trailer         {@link Trailer}: magic, version, length, root, digests, checksum
 * </pre>
 *
 * <p><b>Publish last.</b> A file is written under a partial name: body, leaf hashes, trailer. Then
 * it is renamed, which happens or does not. A process that is killed leaves partial files, which
 * are deleted at the next start, and whole ones. Nothing is forced to the disk: after a power
 * failure a file may hold anything, which costs that content and nothing else, because of what
 * follows.
 *
 * <p><b>Nothing is believed.</b> The trailer must match its checksum, the file its length. Before a
 * file is read its leaf hashes must hash to the root, and every byte that is read must match its
 * leaf hash. Where something does not, the content is forgotten and its file deleted.
 *
 * <p><b>The start</b> reads every trailer in one pass, one small read a file: a flat digest must be
 * answered from the first request on, and a broken file must not be counted as held. The order of
 * eviction survives roughly: by the files' times, which are set when a content is stored and, at
 * most once an hour, when it is opened.
 *
 * <p><b>The limit</b> counts files at their length rounded up to blocks of 4 KiB: whole ones,
 * partial ones, and those that are forgotten but still open. Names in directories are not counted.
 */
public final class DiskStore {
  private static final Logger LOG = LoggerFactory.getLogger(DiskStore.class);
  private static final long BLOCK_BYTES = 4096;

  private DiskStore() {}

  /**
   * Opens the store of a directory, which is made where it does not exist.
   *
   * @param diskLimitBytes never exceeded; where more is found, the oldest goes
   * @param memoryLimitBytes of segments in memory
   * @throws DirectoryInUseException where another process has it open
   */
  public static ContentStore open(Path directory, long diskLimitBytes, long memoryLimitBytes)
      throws IOException {
    return shelf(
        new NioFiles(), directory, diskLimitBytes, memoryLimitBytes, InstantSource.system());
  }

  static Shelf shelf(
      StoreFiles files,
      Path directory,
      long diskLimitBytes,
      long memoryLimitBytes,
      InstantSource clock)
      throws IOException {
    StoreFolder folder = new StoreFolder(files, directory);
    boolean opened = false;
    try {
      OnDisk disk = new OnDisk(folder, new SegmentCache(memoryLimitBytes), clock);
      Catalogue catalogue = new Catalogue(diskLimitBytes);
      disk.adoptAll(catalogue);
      disk.adoptPins(catalogue);
      catalogue.reserve(0);
      opened = true;
      return new Shelf(disk, catalogue, clock);
    } finally {
      if (!opened) {
        folder.close();
      }
    }
  }

  /** A directory as a medium. */
  private static final class OnDisk implements Medium {
    private final StoreFolder folder;
    private final SegmentCache cache;
    private final InstantSource clock;

    OnDisk(StoreFolder folder, SegmentCache cache, InstantSource clock) {
      this.folder = folder;
      this.cache = cache;
      this.clock = clock;
    }

    void adoptAll(Catalogue catalogue) throws IOException {
      for (StoreFiles.Found found : folder.contents()) {
        StoreFile file = new StoreFile(folder, found.path(), true);
        try {
          Trailer trailer = readTrailer(file, found);
          catalogue.adopt(
              new DiskContent(trailer, file, folder, cache, found.modified()),
              cost(trailer.id().length()));
          file.rest();
        } catch (DamagedContentException e) {
          LOG.warn("{} is removed: {}", found.path(), e.getMessage());
          catalogue.countDamaged();
          file.delete();
        }
      }
    }

    /** A pin goes with its content, and where a lower limit has no room for it. */
    void adoptPins(Catalogue catalogue) throws IOException {
      Set<Path> left = new HashSet<>(folder.pins());
      for (ContentId id : catalogue.ids()) {
        for (PinOwner owner : PinOwner.values()) {
          if (left.contains(folder.pinPath(id, owner)) && adopted(id, owner, catalogue)) {
            left.remove(folder.pinPath(id, owner));
          }
        }
      }
      for (Path pin : left) {
        folder.delete(pin);
      }
    }

    private static boolean adopted(ContentId id, PinOwner owner, Catalogue catalogue) {
      try {
        return catalogue.keep(id, owner);
      } catch (StoreFullException tooMuch) {
        LOG.warn("{} is pinned no more: {}", id, tooMuch.getMessage());
        return false;
      }
    }

    @Override
    public void mark(ContentId id, PinOwner owner) throws IOException {
      folder.create(folder.pinPath(id, owner));
    }

    @Override
    public void unmark(ContentId id, PinOwner owner) throws IOException {
      folder.delete(folder.pinPath(id, owner));
    }

    private Trailer readTrailer(StoreFile file, StoreFiles.Found found) throws IOException {
      if (found.lengthBytes() < Trailer.BYTES) {
        throw new DamagedContentException(
            "file bytes: %d (expected: at least %d)".formatted(found.lengthBytes(), Trailer.BYTES));
      }
      ByteBuffer bytes = ByteBuffer.allocate(Trailer.BYTES);
      try {
        file.read(bytes, found.lengthBytes() - Trailer.BYTES);
      } catch (EOFException e) {
        throw new DamagedContentException(e.toString());
      }
      Trailer trailer = Trailer.decode(bytes.flip());
      if (found.lengthBytes() != fileBytes(trailer.id().length())
          || !found.path().equals(folder.contentPath(trailer.id()))) {
        throw new DamagedContentException(
            "file of %d bytes (expected: the one of %s)"
                .formatted(found.lengthBytes(), trailer.id()));
      }
      return trailer;
    }

    private static long fileBytes(long length) {
      long chunks = (length + ContentId.CHUNK_BYTES - 1) / ContentId.CHUNK_BYTES;
      return length + chunks * ContentId.ROOT_BYTES + Trailer.BYTES;
    }

    @Override
    public long cost(long length) {
      return (fileBytes(length) + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    }

    @Override
    public FillBody newBody(long length) throws IOException {
      DiskBody body = new DiskBody(folder, cache, clock);
      body.create();
      return body;
    }

    @Override
    public int unitBytes() {
      return ContentId.CHUNK_BYTES;
    }

    @Override
    public StoreStatus status(Catalogue.Counts counts) {
      return new StoreStatus(
          counts.contents(),
          counts.usedBytes(),
          counts.limitBytes(),
          cache.weightBytes(),
          cache.limitBytes(),
          counts.evictedContents(),
          counts.damagedContents());
    }

    @Override
    public int openFiles() {
      return folder.openFiles();
    }

    @Override
    public void close() throws IOException {
      folder.close();
    }
  }
}
