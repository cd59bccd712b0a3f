package dev.fugitive.cache.index;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.StoredResponse;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The stored responses of each resource, found by its primary key or by the content that is their
 * body; safe for use by several threads.
 *
 * <p>What an index promises:
 *
 * <ul>
 *   <li>A resource has at most {@value #MAX_VARIANTS} responses, one per variant; the one stored
 *       longest ago goes first.
 *   <li>It never takes more bytes than its limit; resources that nobody asked for go first.
 *   <li>{@link #get} gives the last state that was put, or nothing, and never fails: what is
 *       damaged or cannot be read is counted and dropped.
 *   <li>What {@link #put} and {@link #remove} returned from survives {@code kill -9} (of a durable
 *       index).
 *   <li>A response that was removed or replaced never comes back, whatever is damaged or cut off.
 * </ul>
 */
public sealed interface RepresentationIndex extends Closeable permits MemoryIndex, LogIndex {
  /** The most responses of one resource. */
  int MAX_VARIANTS = 32;

  /** The most responses that {@link #find} gives. */
  int MAX_FOUND = 32;

  /**
   * Opens a durable index, made where there is none.
   *
   * @param directory of the index alone, used by one process at a time
   * @param limitBytes on disk, at least {@link LogIndex#MIN_LIMIT_BYTES}
   * @throws IOException where the directory is in use or cannot be read and written
   */
  static RepresentationIndex open(Path directory, long limitBytes) throws IOException {
    return LogIndex.open(directory, limitBytes);
  }

  /** An index that lives and dies with this object. */
  static RepresentationIndex inMemory(long limitBytes) {
    return new MemoryIndex(limitBytes);
  }

  /**
   * Stores a response, in place of one of the same variant.
   *
   * @throws IOException where it could not be stored; of its resource nothing is then stored
   */
  void put(StoredResponse response) throws IOException;

  /** The stored responses of a resource, the latest first; none where nothing is known. */
  List<StoredResponse> get(ResourceKey primaryKey);

  /**
   * As {@link #get}, from memory alone and without waiting: for those who must not wait. None also
   * where it would have to be read.
   */
  List<StoredResponse> getInMemory(ResourceKey primaryKey);

  /** Responses whose body is this content, at most {@link #MAX_FOUND}. */
  List<StoredResponse> find(ContentId content);

  /**
   * Forgets all responses of a resource.
   *
   * @throws IOException where that could not be made durable; until a restart it holds all the same
   */
  void remove(ResourceKey primaryKey) throws IOException;

  /** Forgets all responses whose body is this content, soon. */
  void removeContent(ContentId content);

  /** Counts and sizes, now. */
  IndexStatus status();

  @Override
  void close();
}
