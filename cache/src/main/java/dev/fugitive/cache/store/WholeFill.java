package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.MerkleProof;
import dev.fugitive.cache.content.PartialTree;
import dev.fugitive.cache.content.VerifiedChunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntFunction;
import okio.Source;

/** A fill of a content that became whole before anybody could fill it: nothing is missing. */
final class WholeFill implements ChunkFill {
  private final WholeContent whole;
  private final PartialTree tree;

  /** Takes over the handle. */
  WholeFill(WholeContent whole) {
    this.whole = whole;
    this.tree = new PartialTree(whole.id());
  }

  @Override
  public ContentId id() {
    return whole.id();
  }

  @Override
  public PartialTree tree() {
    return tree;
  }

  @Override
  public ChunkSet chunks() {
    return whole.chunks();
  }

  @Override
  public long put(List<VerifiedChunk> chunks, IntFunction<Provenance> from) {
    return 0;
  }

  @Override
  public ByteBuffer read(int firstChunk, int chunkCount) throws IOException {
    return whole.read(firstChunk, chunkCount);
  }

  @Override
  public MerkleProof proof(int firstChunk, int chunkCount) throws IOException {
    return whole.proof(firstChunk, chunkCount);
  }

  @Override
  public Source source(long fromByte, long untilByte, ByteTally tally) throws IOException {
    return whole.source(fromByte, untilByte, tally);
  }

  @Override
  public long demand() {
    return whole.id().length();
  }

  @Override
  public void setDemandListener(Runnable listener) {
    listener.run();
  }

  @Override
  public int readers() {
    return 0;
  }

  @Override
  public void fail(IOException cause) {
    whole.close();
  }

  @Override
  public void close() {
    whole.close();
  }
}
