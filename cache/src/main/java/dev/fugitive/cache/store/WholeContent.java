package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.MerkleProof;
import dev.fugitive.cache.content.TreeLayout;
import dev.fugitive.cache.store.ContentListener.RemovalCause;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import okio.Source;

/** A handle on a content that is held whole. */
final class WholeContent implements HeldContent {
  private final Catalogue catalogue;
  private final Catalogue.Entry entry;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Takes over one pin of the entry. */
  WholeContent(Catalogue catalogue, Catalogue.Entry entry) {
    this.catalogue = catalogue;
    this.entry = entry;
  }

  @Override
  public ContentId id() {
    return entry.content().id();
  }

  @Override
  public ChunkSet chunks() {
    return ChunkSet.all(id());
  }

  @Override
  public ByteBuffer read(int firstChunk, int chunkCount) throws IOException {
    id().checkRange(firstChunk, chunkCount);
    long from = (long) firstChunk * ContentId.CHUNK_BYTES;
    int byteCount = Math.toIntExact(id().rangeLength(firstChunk, chunkCount));
    Segment first = segmentAt(from);
    int offset = offsetInSegment(from);
    if (offset + byteCount <= first.length()) {
      return first.slice(offset, byteCount);
    }
    ByteBuffer joined = ByteBuffer.allocate(byteCount);
    while (joined.hasRemaining()) {
      long at = from + joined.position();
      Segment segment = segmentAt(at);
      int start = offsetInSegment(at);
      segment.copyTo(joined, start, Math.min(segment.length() - start, joined.remaining()));
    }
    return joined.flip().asReadOnlyBuffer();
  }

  @Override
  public MerkleProof proof(int firstChunk, int chunkCount) throws IOException {
    checkOpen();
    if (TreeLayout.proofLength(id().chunkCount(), firstChunk, chunkCount) == 0) {
      return new MerkleProof(firstChunk, chunkCount, List.of());
    }
    try {
      return entry.content().tree().proof(firstChunk, chunkCount);
    } catch (DamagedContentException e) {
      throw forgotten(e);
    }
  }

  @Override
  public Source source(long fromByte, long untilByte, ByteTally tally) throws IOException {
    checkOpen();
    Ranges.checkBytes(fromByte, untilByte, id().length());
    catalogue.pinAgain(entry);
    return new WholeSource(new WholeContent(catalogue, entry), fromByte, untilByte, tally);
  }

  /** The segment that has a byte. */
  Segment segmentAt(long position) throws IOException {
    checkOpen();
    try {
      return entry.content().segment((int) (position / segmentBytes()));
    } catch (DamagedContentException e) {
      throw forgotten(e);
    }
  }

  /** Where a byte is in its segment. */
  int offsetInSegment(long position) {
    return (int) (position % segmentBytes());
  }

  private long segmentBytes() {
    return (long) entry.content().segmentChunks() * ContentId.CHUNK_BYTES;
  }

  private DamagedContentException forgotten(DamagedContentException damage) {
    try {
      catalogue.forget(entry, RemovalCause.DAMAGED);
    } catch (IOException e) {
      damage.addSuppressed(e);
    }
    return damage;
  }

  private void checkOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the handle on " + id() + " is closed");
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      catalogue.unpin(entry);
    }
  }
}
