package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Contents by id: what is held whole, what is being filled, and the ways to fill. */
public interface ContentStore extends Closeable {
  /**
   * Opens a content that is held whole or is being filled by chunks.
   *
   * @return empty where nothing of it is held; otherwise a handle that keeps the content from being
   *     evicted until closed
   */
  Optional<HeldContent> open(ContentId id) throws IOException;

  /**
   * Bytes of a content that is held whole, as far as they are in memory: for those who must not
   * wait. It counts as a use of the content.
   *
   * @return read-only buffers that stay as they are whatever becomes of the content; empty where
   *     any byte is elsewhere
   */
  Optional<List<ByteBuffer>> inMemory(ContentId id, long fromByte, long untilByte);

  /** The whole content with this flat digest, where one is held. */
  Optional<ContentId> find(Digest digest);

  /** The contents that are held whole, now. */
  Set<ContentId> ids();

  /** The flat digests known of a whole content (SHA-256 always). */
  Set<Digest> digests(ContentId id);

  /**
   * Starts to fill a content of unknown id from bytes in order, as the origin sends them.
   *
   * @param expectedLength bytes, or -1 where not known
   * @throws StoreFullException where the store cannot take that length; the caller then streams
   *     without storing
   */
  default OrderedFill fillInOrder(long expectedLength) throws IOException {
    return fillInOrder(expectedLength, Set.of());
  }

  /**
   * As {@link #fillInOrder(long)}, with further flat digests beside SHA-256; each costs as much
   * time as that.
   */
  OrderedFill fillInOrder(long expectedLength, Set<Digest.Algorithm> also) throws IOException;

  /**
   * Starts, or joins, the filling of a content of known id by verified chunks in any order.
   *
   * @throws StoreFullException where the store cannot take that length
   */
  ChunkFill fillByChunks(ContentId id) throws IOException;

  /**
   * Starts to keep parts of a body of unknown id.
   *
   * @param length bytes of the whole body, or more where not known
   * @throws StoreFullException where the store cannot take that length
   */
  PartialContent keepParts(long length) throws IOException;

  /**
   * Keeps a content that is held whole from being evicted, until it is unpinned or removed; what
   * this returned from survives {@code kill -9}. Pinning again changes nothing.
   *
   * @return false where it is not held whole
   * @throws StoreFullException where pinned contents would take more than half of the limit
   */
  boolean pin(ContentId id, PinOwner owner) throws IOException;

  /**
   * Takes an owner's pin back; without any a content may be evicted again.
   *
   * @return false where this owner had not pinned it
   */
  boolean unpin(ContentId id, PinOwner owner) throws IOException;

  /** The contents that this owner has pinned, now. */
  Set<ContentId> pinned(PinOwner owner);

  /** The contents that are pinned, now, by whomever. */
  Set<ContentId> pinned();

  /**
   * Reads all of a content that is held whole and checks it against its root; what is damaged is
   * forgotten.
   *
   * @return empty where it is not held whole; else whether it is as it was stored
   */
  Optional<Boolean> verify(ContentId id) throws IOException;

  /** Forgets a content; handles that are open stay readable. */
  void remove(ContentId id) throws IOException;

  /** Hears which contents were added and which were evicted, removed or found damaged. */
  void addListener(ContentListener listener);

  /** Sizes and counts, now. */
  StoreStatus status();
}
