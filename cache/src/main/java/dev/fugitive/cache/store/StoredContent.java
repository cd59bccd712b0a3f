package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.content.MerkleTree;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** A whole content where a medium keeps it. Safe for use by several threads. */
interface StoredContent {
  ContentId id();

  Set<Digest> digests();

  /** How many chunks a segment has; the last segment may have fewer. */
  int segmentChunks();

  /**
   * A segment, verified.
   *
   * @throws DamagedContentException where the medium gave other bytes than were stored
   */
  Segment segment(int index) throws IOException;

  /** A segment, if it is in memory; never waits. */
  Optional<Segment> segmentInMemory(int index);

  /**
   * The tree over the stored leaf hashes.
   *
   * @throws DamagedContentException where they do not hash to the root
   */
  MerkleTree tree() throws IOException;

  /** Nobody has it open: what costs while open is given back. */
  void rest();

  /** Somebody opened it: the medium may note that for the order after a restart. */
  void used(Instant now);

  /** Whether {@link #used} would note nothing new now, so that it can be left out. */
  boolean usedLately(Instant now);

  /** Out of the way of another copy of the same content; stays readable until deleted. */
  void setAside() throws IOException;

  /** Gone for good. */
  void delete() throws IOException;

  /** Reads all of it anew, from where it is kept, and tells whether each byte is proven. */
  boolean isAsStored() throws IOException;
}
