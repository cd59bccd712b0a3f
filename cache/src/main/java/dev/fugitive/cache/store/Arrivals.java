package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.PartialTree;
import dev.fugitive.cache.content.VerifiedChunk;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Which chunks of a content are here, which are on their way to the body, and on whose word each
 * stands. Not safe for use by several threads: belongs to its {@link Assembly}'s lock.
 *
 * <p>Some may be the origin's word ({@link PartialTree#acceptFromOrigin}): until the tree has
 * settled it, such a chunk is seen through the handles that brought it alone.
 */
final class Arrivals {
  private final ContentId id;
  private final PartialTree tree;
  private final BitSet present = new BitSet();
  private final BitSet arriving = new BitSet();
  private final Provenance[] provenance;

  /** Chunks that the tree had not settled when they came, and who brought them. */
  private final Map<Integer, Unproven> unproven = new HashMap<>();

  /** All of {@link #present}; null where something came since it was made. */
  private @Nullable ChunkSet presentKnown;

  /** A chunk that handles took on their origins' word. */
  private record Unproven(ByteString leafHash, Set<AssemblyHandle> bringers) {}

  Arrivals(ContentId id, PartialTree tree) {
    this.id = id;
    this.tree = tree;
    this.provenance = new Provenance[id.chunkCount()];
    Arrays.fill(provenance, Provenance.MEMORY);
  }

  /** Takes a chunk into account; true where nobody brought it yet: it is the caller's to write. */
  boolean claim(VerifiedChunk chunk, AssemblyHandle bringer) {
    int index = chunk.index();
    boolean isNew = !present.get(index) && !arriving.get(index);
    Unproven claims = unproven.get(index);
    if (isNew && !tree.proves(index, chunk.leafHash())) {
      claims = new Unproven(chunk.leafHash(), new HashSet<>());
      unproven.put(index, claims);
    }
    if (claims != null && claims.leafHash().equals(chunk.leafHash())) {
      claims.bringers().add(bringer);
    }
    arriving.set(index, isNew || arriving.get(index));
    return isNew;
  }

  /** Chunks that were claimed could not be written. */
  void unclaim(List<VerifiedChunk> chunks) {
    for (VerifiedChunk chunk : chunks) {
      arriving.clear(chunk.index());
      unproven.remove(chunk.index());
    }
  }

  /** Chunks that were claimed are written. */
  void arrived(List<VerifiedChunk> chunks, IntFunction<Provenance> from) {
    for (VerifiedChunk chunk : chunks) {
      arriving.clear(chunk.index());
      present.set(chunk.index());
      provenance[chunk.index()] = from.apply(chunk.index());
    }
    presentKnown = null;
  }

  boolean isWhole() {
    return present.cardinality() == id.chunkCount();
  }

  /** Whether a chunk is written, whoever may see it. */
  boolean isWritten(int index) {
    return present.get(index);
  }

  /** Where a chunk that is here came from. */
  Provenance provenance(int index) {
    return provenance[index];
  }

  /** Whether a chunk is here for those who read through a handle. */
  boolean isSeen(int index, AssemblyHandle reader) {
    if (!present.get(index)) {
      return false;
    }
    Unproven claims = unproven.get(index);
    if (claims == null || claims.bringers().contains(reader)) {
      return true;
    }
    boolean proven = tree.proves(index, claims.leafHash());
    if (proven) {
      unproven.remove(index);
    }
    return proven;
  }

  /** The chunks that are here for those who read through a handle. */
  ChunkSet seen(AssemblyHandle reader) {
    return unproven.isEmpty() ? presentChunks() : seenChunks(reader);
  }

  /** Many ask what is here more often than something comes. */
  private ChunkSet presentChunks() {
    ChunkSet known = presentKnown;
    if (known == null) {
      known = ChunkSet.copyOf(present);
      presentKnown = known;
    }
    return known;
  }

  private ChunkSet seenChunks(AssemblyHandle reader) {
    BitSet seen = new BitSet();
    for (int index = present.nextSetBit(0); index >= 0; index = present.nextSetBit(index + 1)) {
      seen.set(index, isSeen(index, reader));
    }
    return ChunkSet.copyOf(seen);
  }
}
