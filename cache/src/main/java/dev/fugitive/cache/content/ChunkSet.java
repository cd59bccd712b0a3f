package dev.fugitive.cache.content;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import okio.ByteString;

/**
 * An immutable set of chunk indexes of one content, kept as runs: the holdings of somebody who
 * fetches more or less in order are a few runs, and a whole content is one.
 *
 * <p><b>Canonical form.</b> {@code bounds} alternates the first index of a run and the index after
 * its last; it is strictly ascending, so runs are neither empty nor adjacent, and equal sets have
 * equal bounds. <b>Laws:</b> {@link #EMPTY} is neutral to {@link #union}, which is commutative,
 * associative and idempotent; {@code a.minus(b)} and {@code b} are disjoint, and their union is
 * that of {@code a} and {@code b}.
 */
public final class ChunkSet {
  /** The set of no chunk. */
  public static final ChunkSet EMPTY = new ChunkSet(new int[0]);

  private final int[] bounds;

  /** The bounds must be canonical and nobody else's. */
  ChunkSet(int[] bounds) {
    this.bounds = bounds;
  }

  /** The chunks from an index until another, exclusive. */
  public static ChunkSet range(int from, int until) {
    if (from < 0 || until < from || until > ContentId.MAX_CHUNKS) {
      throw new IllegalArgumentException(
          "chunks: %d until %d (expected: ascending, 0 to %d)"
              .formatted(from, until, ContentId.MAX_CHUNKS));
    }
    return from == until ? EMPTY : new ChunkSet(new int[] {from, until});
  }

  /** Every chunk of a content. */
  public static ChunkSet all(ContentId id) {
    return range(0, id.chunkCount());
  }

  /** These chunks. */
  public static ChunkSet of(int... indexes) {
    BitSet bits = new BitSet();
    for (int index : indexes) {
      checkIndex(index);
      bits.set(index);
    }
    return copyOf(bits);
  }

  /** The chunks whose bits are set. */
  public static ChunkSet copyOf(BitSet bits) {
    if (bits.length() > ContentId.MAX_CHUNKS) {
      throw new IllegalArgumentException(
          "chunk index: %d (expected: below %d)"
              .formatted(bits.length() - 1, ContentId.MAX_CHUNKS));
    }
    int[] bounds = new int[8];
    int size = 0;
    for (int from = bits.nextSetBit(0); from >= 0; from = bits.nextSetBit(bounds[size - 1])) {
      bounds = size + 2 > bounds.length ? Arrays.copyOf(bounds, 2 * size) : bounds;
      bounds[size++] = from;
      bounds[size++] = bits.nextClearBit(from);
    }
    return size == 0 ? EMPTY : new ChunkSet(Arrays.copyOf(bounds, size));
  }

  /** Whether a chunk is in the set. */
  public boolean contains(int index) {
    return isInside(position(index));
  }

  /** Whether every chunk from an index until another, exclusive, is in the set. */
  public boolean containsRange(int from, int until) {
    if (from >= until) {
      return true;
    }
    int position = position(from);
    return isInside(position) && bounds[position] >= until;
  }

  /** How many bounds are at or below an index: odd inside a run. */
  private int position(int index) {
    int found = Arrays.binarySearch(bounds, index);
    return found >= 0 ? found + 1 : -found - 1;
  }

  private static boolean isInside(int position) {
    return (position & 1) == 1;
  }

  /** This set and one chunk more. */
  public ChunkSet with(int index) {
    checkIndex(index);
    return contains(index) ? this : union(range(index, index + 1));
  }

  /** The chunks in this set, in the other, or in both. */
  public ChunkSet union(ChunkSet other) {
    return merge(other, (here, there) -> here || there);
  }

  /** The chunks in this set that are not in the other. */
  public ChunkSet minus(ChunkSet other) {
    return merge(other, (here, there) -> here && !there);
  }

  private interface Membership {
    boolean test(boolean here, boolean there);
  }

  /** Walks the bounds of both sets in order, and notes where membership in the result changes. */
  private ChunkSet merge(ChunkSet other, Membership membership) {
    int[] merged = new int[bounds.length + other.bounds.length];
    int size = 0;
    int i = 0;
    int j = 0;
    while (i < bounds.length || j < other.bounds.length) {
      int here = i < bounds.length ? bounds[i] : Integer.MAX_VALUE;
      int there = j < other.bounds.length ? other.bounds[j] : Integer.MAX_VALUE;
      int at = Math.min(here, there);
      i += here == at ? 1 : 0;
      j += there == at ? 1 : 0;
      if (membership.test(isInside(i), isInside(j)) != isInside(size)) {
        merged[size++] = at;
      }
    }
    return size == 0 ? EMPTY : new ChunkSet(Arrays.copyOf(merged, size));
  }

  /** How many chunks are in the set. */
  public int cardinality() {
    int count = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      count += bounds[i + 1] - bounds[i];
    }
    return count;
  }

  /** Whether no chunk is in the set. */
  public boolean isEmpty() {
    return bounds.length == 0;
  }

  /** Whether the set is every chunk of a content of that many. */
  public boolean isComplete(int chunkCount) {
    return containsRange(0, chunkCount);
  }

  /** The first chunk at or after an index that is in the set, or -1. */
  public int nextSet(int from) {
    int position = position(from);
    if (isInside(position)) {
      return from;
    }
    return position < bounds.length ? bounds[position] : -1;
  }

  /** The first chunk at or after an index that is not in the set. */
  public int nextClear(int from) {
    int position = position(from);
    return isInside(position) ? bounds[position] : from;
  }

  /** The index after the last chunk in the set; 0 where there is none. */
  public int end() {
    return isEmpty() ? 0 : bounds[bounds.length - 1];
  }

  /** How many runs of consecutive chunks the set has. */
  public int runCount() {
    return bounds.length / 2;
  }

  /** Hands over each chunk in ascending order. */
  public void forEach(IntConsumer action) {
    stream().forEach(action);
  }

  /** Each chunk in ascending order. */
  public IntStream stream() {
    return IntStream.range(0, runCount())
        .flatMap(run -> IntStream.range(bounds[2 * run], bounds[2 * run + 1]));
  }

  /**
   * The binary form, as {@link ChunkSetCodec} draws it, with as many runs as fit: what is left out
   * is never claimed.
   */
  public ByteString encode(int maxBytes) {
    return ChunkSetCodec.encode(bounds, maxBytes);
  }

  /**
   * Reads the binary form.
   *
   * @param chunkCount of the content; an index beyond is refused
   * @throws IllegalArgumentException where the bytes are not exactly one canonical set
   */
  public static ChunkSet decode(ByteString bytes, int chunkCount) {
    return ChunkSetCodec.decode(bytes, chunkCount);
  }

  private static void checkIndex(int index) {
    if (index < 0 || index >= ContentId.MAX_CHUNKS) {
      throw new IllegalArgumentException(
          "chunk index: %d (expected: 0 to %d)".formatted(index, ContentId.MAX_CHUNKS - 1));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChunkSet set && Arrays.equals(bounds, set.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  /** For example {@code {0-3, 7}}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < bounds.length; i += 2) {
      text.append(i == 0 ? "" : ", ").append(bounds[i]);
      if (bounds[i + 1] > bounds[i] + 1) {
        text.append('-').append(bounds[i + 1] - 1);
      }
    }
    return text.append('}').toString();
  }
}
