package dev.fugitive.client.transfer.upload;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.wire.PeerMessage.Encoding;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Gives payloads the form in which they travel: zstd where that pays, and keeps a bounded number of
 * compressed ones, so that a popular content is not compressed again for each peer. Safe for use by
 * several threads.
 */
public final class FrameCompressor implements Closeable {
  private static final int LEVEL = 1;
  private static final int IDLE_CONTEXTS = 4;
  private static final long CACHE_BYTES = 16L << 20;

  /** A payload as it travels. */
  public record Payload(Encoding encoding, ByteBuffer bytes) {}

  private record FrameKey(ContentId content, int firstChunk, int chunkCount) {}

  private final Compressibility compressibility = new Compressibility();
  private final CompressorPool pool = new CompressorPool(LEVEL, IDLE_CONTEXTS);
  private final Cache<FrameKey, byte[]> compressed =
      Caffeine.newBuilder()
          .maximumWeight(CACHE_BYTES)
          .weigher((FrameKey key, byte[] bytes) -> bytes.length)
          .build();

  /** The compressed form of these chunks, where it was kept. */
  public Optional<Payload> kept(ContentId content, int firstChunk, int chunkCount) {
    return Optional.ofNullable(
            compressed.getIfPresent(new FrameKey(content, firstChunk, chunkCount)))
        .map(bytes -> new Payload(Encoding.ZSTD, ByteBuffer.wrap(bytes)));
  }

  /** The form in which these chunks travel. */
  public Payload encode(ContentId content, int firstChunk, int chunkCount, ByteBuffer plain) {
    Optional<Boolean> pays = compressibility.decided(content);
    if (pays.isPresent() && !pays.get()) {
      return new Payload(Encoding.PLAIN, plain);
    }
    byte[] bytes = pool.compress(copyOf(plain));
    if (pays.isEmpty()) {
      compressibility.decide(content, plain.remaining(), bytes.length);
    }
    if (!Compressibility.pays(plain.remaining(), bytes.length)) {
      return new Payload(Encoding.PLAIN, plain);
    }
    compressed.put(new FrameKey(content, firstChunk, chunkCount), bytes);
    return new Payload(Encoding.ZSTD, ByteBuffer.wrap(bytes));
  }

  private static byte[] copyOf(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /** Frees what is native; what is being compressed meanwhile is finished. */
  @Override
  public void close() {
    pool.close();
    compressed.invalidateAll();
  }

  /** Bytes of compressed payloads that are kept. */
  long keptBytes() {
    compressed.cleanUp();
    return compressed.policy().eviction().orElseThrow().weightedSize().orElseThrow();
  }

  int openContexts() {
    return pool.openContexts();
  }
}
