package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.content.MerkleTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * A whole content store in memory alone. Read it first: it does everything that {@link DiskStore}
 * does, and has no file to lose.
 *
 * <p>A body is an array per segment of {@link #SEGMENT_BYTES}; publishing it is keeping it. The
 * limit counts the bytes, the tree over them, and a flat sum for the objects around a content.
 */
public final class MemoryTier {
  private static final int SEGMENT_CHUNKS = 64;
  private static final int SEGMENT_BYTES = SEGMENT_CHUNKS * ContentId.CHUNK_BYTES;
  private static final long TREE_BYTES_PER_CHUNK = 64;
  private static final long CONTENT_OVERHEAD_BYTES = 1024;

  private MemoryTier() {}

  /** Opens an empty store that never takes more than so many bytes. */
  public static ContentStore open(long limitBytes) {
    return shelf(limitBytes);
  }

  static Shelf shelf(long limitBytes) {
    return new Shelf(new InMemory(), new Catalogue(limitBytes), InstantSource.system());
  }

  /** The heap as a medium. */
  private static final class InMemory implements Medium {
    @Override
    public long cost(long length) {
      long chunks = (length + ContentId.CHUNK_BYTES - 1) / ContentId.CHUNK_BYTES;
      return length + chunks * TREE_BYTES_PER_CHUNK + CONTENT_OVERHEAD_BYTES;
    }

    @Override
    public FillBody newBody(long length) {
      return new Body(length);
    }

    @Override
    public int unitBytes() {
      return SEGMENT_BYTES;
    }

    @Override
    public StoreStatus status(Catalogue.Counts counts) {
      return new StoreStatus(
          counts.contents(),
          0,
          0,
          counts.usedBytes(),
          counts.limitBytes(),
          counts.evictedContents(),
          counts.damagedContents());
    }

    @Override
    public void mark(ContentId id, PinOwner owner) {
      // nothing outlives a restart
    }

    @Override
    public void unmark(ContentId id, PinOwner owner) {
      // nothing outlives a restart
    }

    @Override
    public int openFiles() {
      return 0;
    }

    @Override
    public void close() {
      // the garbage collector closes it
    }
  }

  /** Bytes in an array per segment, which grows while the length of the body is not known. */
  private static final class Body implements FillBody {
    private final long length;
    private final ConcurrentMap<Integer, byte[]> segments = new ConcurrentHashMap<>();

    Body(long length) {
      this.length = length;
    }

    @Override
    public void write(long position, ByteBuffer bytes) {
      long at = position;
      while (bytes.hasRemaining()) {
        int offset = (int) (at % SEGMENT_BYTES);
        int taken = Math.min(bytes.remaining(), SEGMENT_BYTES - offset);
        int index = (int) (at / SEGMENT_BYTES);
        bytes.get(roomFor(index, offset + taken), offset, taken);
        at += taken;
      }
    }

    /** Only a body of unknown length grows, and such a body is written by one thread in order. */
    private byte[] roomFor(int index, int byteCount) {
      return segments.compute(index, (i, segment) -> grown(i, segment, byteCount));
    }

    private byte[] grown(int index, byte @Nullable [] segment, int byteCount) {
      if (segment != null && segment.length >= byteCount) {
        return segment;
      }
      long start = (long) index * SEGMENT_BYTES;
      long known = Math.max(length - start, byteCount);
      int wanted =
          length < 0
              ? Math.max(byteCount, 2 * lengthOf(segment))
              : (int) Math.min(known, SEGMENT_BYTES);
      byte[] larger = new byte[Math.min(wanted, SEGMENT_BYTES)];
      if (segment != null) {
        System.arraycopy(segment, 0, larger, 0, segment.length);
      }
      return larger;
    }

    private static int lengthOf(byte @Nullable [] segment) {
      return segment == null ? 0 : segment.length;
    }

    @Override
    public void read(long position, ByteBuffer into) throws IOException {
      long at = position;
      while (into.hasRemaining()) {
        byte[] segment = segments.get((int) (at / SEGMENT_BYTES));
        int offset = (int) (at % SEGMENT_BYTES);
        if (segment == null || offset >= segment.length) {
          throw new IOException("byte " + at + " is gone (expected: in memory)");
        }
        int taken = Math.min(into.remaining(), segment.length - offset);
        into.put(segment, offset, taken);
        at += taken;
      }
    }

    @Override
    public StoredContent publish(MerkleTree tree, Set<Digest> digests) {
      return new Content(tree, Set.copyOf(digests), this);
    }

    /** A segment in an array of exactly its length. */
    byte[] exactly(int index, int byteCount) {
      byte[] segment = segments.getOrDefault(index, new byte[0]);
      return segment.length == byteCount ? segment : Arrays.copyOf(segment, byteCount);
    }

    @Override
    public void rest() {
      // nothing costs more while it is open
    }

    @Override
    public void discard() {
      segments.clear();
    }
  }

  /** A whole content in memory. */
  private static final class Content implements StoredContent {
    private final MerkleTree tree;
    private final Set<Digest> digests;
    private final Segment[] segments;

    Content(MerkleTree tree, Set<Digest> digests, Body body) {
      this.tree = tree;
      this.digests = digests;
      long length = tree.id().length();
      segments = new Segment[(int) ((length + SEGMENT_BYTES - 1) / SEGMENT_BYTES)];
      for (int i = 0; i < segments.length; i++) {
        long rest = length - (long) i * SEGMENT_BYTES;
        byte[] bytes = body.exactly(i, (int) Math.min(rest, SEGMENT_BYTES));
        segments[i] = new Segment(bytes, Provenance.MEMORY);
      }
    }

    @Override
    public ContentId id() {
      return tree.id();
    }

    @Override
    public Set<Digest> digests() {
      return digests;
    }

    @Override
    public int segmentChunks() {
      return SEGMENT_CHUNKS;
    }

    @Override
    public Segment segment(int index) {
      return segments[index];
    }

    @Override
    public Optional<Segment> segmentInMemory(int index) {
      return Optional.of(segments[index]);
    }

    @Override
    public MerkleTree tree() {
      return tree;
    }

    @Override
    public boolean isAsStored() {
      // memory is believed
      return true;
    }

    @Override
    public void rest() {
      // nothing is held for the sake of those who have it open
    }

    @Override
    public void used(Instant now) {
      // nothing outlives a restart
    }

    @Override
    public boolean usedLately(Instant now) {
      return true;
    }

    @Override
    public void setAside() {
      // another copy of the same content is in no way of this one
    }

    @Override
    public void delete() {
      // the garbage collector deletes it
    }
  }
}
