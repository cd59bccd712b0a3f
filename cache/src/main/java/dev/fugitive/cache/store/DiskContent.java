package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.content.MerkleTree;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole content in a file. Its tree is built from the stored leaf hashes when something is first
 * read from the file, must have the content's root, and then checks every byte that is read.
 */
final class DiskContent implements StoredContent {
  private static final Logger LOG = LoggerFactory.getLogger(DiskContent.class);
  private static final Duration TOUCH_INTERVAL = Duration.ofHours(1);

  private final Trailer trailer;
  private final StoreFile file;
  private final StoreFolder folder;
  private final SegmentCache cache;
  private volatile Instant touched;

  /** Null while nobody has the content open, or nobody needed it; two may build it at once. */
  private volatile @Nullable MerkleTree tree;

  DiskContent(
      Trailer trailer, StoreFile file, StoreFolder folder, SegmentCache cache, Instant touched) {
    this.trailer = trailer;
    this.file = file;
    this.folder = folder;
    this.cache = cache;
    this.touched = touched;
  }

  @Override
  public ContentId id() {
    return trailer.id();
  }

  @Override
  public Set<Digest> digests() {
    return trailer.digests();
  }

  @Override
  public int segmentChunks() {
    return cache.segmentChunks();
  }

  @Override
  public Segment segment(int index) throws IOException {
    return cache.get(id(), index, () -> load(index));
  }

  @Override
  public Optional<Segment> segmentInMemory(int index) {
    return cache.getIfPresent(id(), index);
  }

  private Segment load(int index) throws IOException {
    int firstChunk = index * segmentChunks();
    int chunkCount = Math.min(segmentChunks(), id().chunkCount() - firstChunk);
    byte[] bytes = new byte[(int) id().rangeLength(firstChunk, chunkCount)];
    read(ByteBuffer.wrap(bytes), (long) firstChunk * ContentId.CHUNK_BYTES);
    int wrong = tree().firstMismatch(firstChunk, ByteBuffer.wrap(bytes));
    if (wrong >= 0) {
      throw damaged("chunk " + wrong + " differs from its leaf hash");
    }
    return new Segment(bytes, Provenance.DISK);
  }

  /** Past the segments in memory, which say nothing about the disk. */
  @Override
  public boolean isAsStored() throws IOException {
    int segments = (id().chunkCount() + segmentChunks() - 1) / segmentChunks();
    try {
      for (int index = 0; index < segments; index++) {
        load(index);
      }
      return true;
    } catch (DamagedContentException damaged) {
      LOG.debug("verified: {}", damaged.getMessage());
      return false;
    }
  }

  @Override
  public MerkleTree tree() throws IOException {
    MerkleTree known = tree;
    if (known != null) {
      return known;
    }
    ByteBuffer leaves = ByteBuffer.allocate(id().chunkCount() * ContentId.ROOT_BYTES);
    read(leaves, id().length());
    MerkleTree built = MerkleTree.of(id().length(), leaves.flip());
    if (!built.id().equals(id())) {
      throw damaged("the leaf hashes do not hash to the root");
    }
    tree = built;
    return built;
  }

  private void read(ByteBuffer into, long position) throws IOException {
    try {
      file.read(into, position);
    } catch (EOFException | NoSuchFileException e) {
      throw damaged(e.toString());
    }
  }

  private DamagedContentException damaged(String what) {
    return new DamagedContentException(id() + " is damaged on disk: " + what);
  }

  @Override
  public void rest() {
    tree = null;
    try {
      file.rest();
    } catch (IOException e) {
      LOG.warn("could not close the file of {}", id(), e);
    }
  }

  @Override
  public void used(Instant now) {
    if (usedLately(now)) {
      return;
    }
    touched = now;
    try {
      folder.touch(file.path(), now);
    } catch (IOException e) {
      LOG.debug("{} keeps its place in the order after a restart", id(), e);
    }
  }

  @Override
  public boolean usedLately(Instant now) {
    return now.isBefore(touched.plus(TOUCH_INTERVAL));
  }

  @Override
  public void setAside() throws IOException {
    cache.forget(id());
    try {
      file.move(folder.newPartialPath());
    } catch (NoSuchFileException e) {
      LOG.warn("the file of {} was deleted by somebody else", id());
    }
  }

  @Override
  public void delete() throws IOException {
    cache.forget(id());
    file.delete();
  }
}
