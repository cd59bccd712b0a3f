package dev.fugitive.cache.store;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fugitive.cache.content.ContentId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * The memory tier over the disk: verified segments of whole contents, weighed by their bytes.
 *
 * <p><b>Why segments.</b> Caffeine gives new entries one per cent of the maximum to prove
 * themselves in, and an entry larger than that is the first to go. A content of 700 MiB would never
 * stay, a segment of it does; and what is read of a large content is often its beginning. A segment
 * is 1 MiB, less where the maximum is so small that a hundred would not fit. Which segments stay is
 * Caffeine's decision (W-TinyLFU), which a single pass over something large does not impress.
 *
 * <p>Whoever misses first loads, in its own thread and holding no lock; others wait for that, and
 * try themselves where it fails.
 */
final class SegmentCache {
  private static final int MIN_SEGMENT_CHUNKS = 4;
  private static final int MAX_SEGMENT_CHUNKS = 64;
  private static final int SEGMENTS_AT_LEAST = 128;
  private static final int ENTRY_OVERHEAD_BYTES = 128;
  private static final int MAX_TRIES = 16;

  private final AsyncCache<Key, Segment> segments;
  private final long limitBytes;
  private final int segmentChunks;

  private record Key(ContentId id, int index) {}

  /** Gets a segment from where it is when it is not in memory. */
  interface Loader {
    Segment load() throws IOException;
  }

  SegmentCache(long limitBytes) {
    this.limitBytes = limitBytes;
    long chunks = limitBytes / SEGMENTS_AT_LEAST / ContentId.CHUNK_BYTES;
    this.segmentChunks = Math.clamp(chunks, MIN_SEGMENT_CHUNKS, MAX_SEGMENT_CHUNKS);
    this.segments =
        Caffeine.newBuilder()
            .maximumWeight(limitBytes)
            .weigher((Key key, Segment segment) -> segment.length() + ENTRY_OVERHEAD_BYTES)
            .executor(Runnable::run)
            .buildAsync();
  }

  /** How many chunks a segment has. */
  int segmentChunks() {
    return segmentChunks;
  }

  long limitBytes() {
    return limitBytes;
  }

  /** Bytes in memory now. */
  long weightBytes() {
    return segments
        .synchronous()
        .policy()
        .eviction()
        .map(eviction -> eviction.weightedSize().orElse(0))
        .orElse(0L);
  }

  /** A segment, from memory or loaded. */
  Segment get(ContentId id, int index, Loader loader) throws IOException {
    Key key = new Key(id, index);
    for (int tries = 1; ; tries++) {
      CompletableFuture<Segment> mine = new CompletableFuture<>();
      CompletableFuture<Segment> other = segments.asMap().putIfAbsent(key, mine);
      if (other == null) {
        return load(mine, loader);
      }
      try {
        return other.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while another thread loads a segment");
      } catch (ExecutionException | CancellationException e) {
        if (tries == MAX_TRIES) {
          return loader.load();
        }
      }
    }
  }

  /** A segment, if it is in memory now. */
  Optional<Segment> getIfPresent(ContentId id, int index) {
    CompletableFuture<Segment> known = segments.getIfPresent(new Key(id, index));
    return known != null && known.state() == Future.State.SUCCESS
        ? Optional.of(known.resultNow())
        : Optional.empty();
  }

  private static Segment load(CompletableFuture<Segment> mine, Loader loader) throws IOException {
    try {
      Segment loaded = loader.load();
      mine.complete(loaded.inMemory());
      return loaded;
    } finally {
      mine.cancel(false);
    }
  }

  /** A segment that was verified elsewhere. */
  void put(ContentId id, int index, Segment segment) {
    segments.put(new Key(id, index), CompletableFuture.completedFuture(segment.inMemory()));
  }

  /** Forgets every segment of a content. */
  void forget(ContentId id) {
    long segmentBytes = (long) segmentChunks * ContentId.CHUNK_BYTES;
    for (int index = 0; index * segmentBytes < id.length(); index++) {
      segments.asMap().remove(new Key(id, index));
    }
  }
}
