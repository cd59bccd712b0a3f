package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.content.MerkleTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file under a partial name. Publishing writes the leaf hashes, then the trailer, then gives it
 * its name. A body that is no longer than a segment and comes in order is in memory at once when it
 * is published.
 */
final class DiskBody implements FillBody {
  private static final Logger LOG = LoggerFactory.getLogger(DiskBody.class);

  private final StoreFolder folder;
  private final SegmentCache cache;
  private final InstantSource clock;
  private final StoreFile file;
  private final SmallBody small;
  private volatile boolean published;

  DiskBody(StoreFolder folder, SegmentCache cache, InstantSource clock) {
    this.folder = folder;
    this.cache = cache;
    this.clock = clock;
    this.file = new StoreFile(folder, folder.newPartialPath(), false);
    this.small = new SmallBody(cache.segmentChunks() * ContentId.CHUNK_BYTES);
  }

  /** Creates the file, so that a disk that takes none is noticed before anybody waits for it. */
  void create() throws IOException {
    file.opened();
  }

  @Override
  public void write(long position, ByteBuffer bytes) throws IOException {
    small.write(position, bytes.duplicate());
    file.write(bytes, position);
  }

  @Override
  public void read(long position, ByteBuffer into) throws IOException {
    file.read(into, position);
  }

  @Override
  public StoredContent publish(MerkleTree tree, Set<Digest> digests) throws IOException {
    ContentId id = tree.id();
    Trailer trailer = new Trailer(id, digests);
    ByteBuffer leaves = tree.leafHashes();
    long trailerAt = id.length() + leaves.remaining();
    file.write(leaves, id.length());
    file.write(trailer.encode(), trailerAt);
    file.move(folder.contentPath(id));
    published = true;
    byte[] whole = small.wholeOrNull(id.length());
    if (whole != null && whole.length > 0) {
      cache.put(id, 0, new Segment(whole, Provenance.MEMORY));
    }
    Instant now = clock.instant();
    return new DiskContent(trailer, file, folder, cache, now);
  }

  @Override
  public void rest() {
    try {
      file.rest();
    } catch (IOException e) {
      LOG.debug("closing a partial file: {}", e.toString());
    }
  }

  @Override
  public void discard() {
    if (published) {
      return;
    }
    try {
      file.delete();
    } catch (IOException e) {
      LOG.warn("could not delete a partial file, the next start will", e);
    }
  }

  /** The bytes of a body while it is short and written in order. */
  private static final class SmallBody {
    private final int limitBytes;
    private @Nullable ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);

    SmallBody(int limitBytes) {
      this.limitBytes = limitBytes;
    }

    synchronized void write(long position, ByteBuffer more) {
      ByteArrayOutputStream kept = bytes;
      if (kept == null) {
        return;
      }
      if (position != kept.size() || more.remaining() > limitBytes - kept.size()) {
        bytes = null;
        return;
      }
      byte[] copy = new byte[more.remaining()];
      more.get(copy);
      kept.writeBytes(copy);
    }

    synchronized byte @Nullable [] wholeOrNull(long length) {
      return bytes != null && bytes.size() == length ? bytes.toByteArray() : null;
    }
  }
}
