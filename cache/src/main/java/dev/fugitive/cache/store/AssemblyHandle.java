package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.MerkleProof;
import dev.fugitive.cache.content.PartialTree;
import dev.fugitive.cache.content.VerifiedChunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import okio.Source;
import org.jspecify.annotations.Nullable;

/** One of several handles on a content that is being assembled. */
final class AssemblyHandle implements ChunkFill {
  private final Assembly assembly;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicReference<Runnable> listener =
      new AtomicReference<>(AssemblyHandle::nobodyListens);

  /** Set once, by the assembly. */
  private volatile @Nullable IOException failure;

  /** Takes over one retained handle. */
  AssemblyHandle(Assembly assembly) {
    this.assembly = assembly;
  }

  @Override
  public ContentId id() {
    return assembly.id();
  }

  @Override
  public PartialTree tree() {
    return assembly.tree();
  }

  @Override
  public ChunkSet chunks() {
    return assembly.chunks(this);
  }

  @Override
  public long put(List<VerifiedChunk> chunks, IntFunction<Provenance> from) throws IOException {
    checkOpen();
    checkNotFailed();
    return assembly.put(chunks, from, this);
  }

  @Override
  public ByteBuffer read(int firstChunk, int chunkCount) throws IOException {
    checkOpen();
    id().checkRange(firstChunk, chunkCount);
    ByteBuffer joined =
        ByteBuffer.allocate(Math.toIntExact(id().rangeLength(firstChunk, chunkCount)));
    for (int index = firstChunk; index < firstChunk + chunkCount; index++) {
      if (!assembly.isHere(index, this)) {
        throw new IOException("chunk " + index + " of " + id() + " is missing");
      }
      assembly.checkNotEnded();
      joined.put(assembly.read(index));
    }
    return joined.flip().asReadOnlyBuffer();
  }

  @Override
  public MerkleProof proof(int firstChunk, int chunkCount) throws IOException {
    checkOpen();
    return assembly
        .tree()
        .proof(firstChunk, chunkCount)
        .orElseThrow(() ->
            new IOException(
                "chunks %d to %d of %s were not verified by the fill's tree"
                    .formatted(firstChunk, firstChunk + chunkCount - 1, id())));
  }

  @Override
  public Source source(long fromByte, long untilByte, ByteTally tally) throws IOException {
    checkOpen();
    Ranges.checkBytes(fromByte, untilByte, id().length());
    checkNotFailed();
    if (!assembly.retain()) {
      assembly.checkNotEnded();
    }
    AssemblySource source = new AssemblySource(assembly, this, fromByte, untilByte, tally);
    assembly.demand().attach(source);
    return source;
  }

  @Override
  public long demand() {
    return assembly.demand().firstByte();
  }

  @Override
  public int readers() {
    return assembly.demand().readers();
  }

  @Override
  public void setDemandListener(Runnable heard) {
    assembly.demand().removeListener(listener.getAndSet(heard));
    assembly.demand().addListener(heard);
  }

  @Override
  public void fail(IOException cause) {
    assembly.giveUp(this, cause);
  }

  /** It fills no more; the assembly's lock is held. */
  void failed(IOException cause) {
    if (failure == null) {
      failure = cause;
    }
  }

  boolean hasFailed() {
    return failure != null;
  }

  void checkNotFailed() throws IOException {
    IOException cause = failure;
    if (cause != null) {
      throw new IOException(cause.getMessage(), cause);
    }
  }

  private static void nobodyListens() {}

  private void checkOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the handle on " + id() + " is closed");
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      assembly.demand().removeListener(listener.get());
      assembly.leave(this);
    }
  }
}
