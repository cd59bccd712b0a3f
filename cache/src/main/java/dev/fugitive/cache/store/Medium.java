package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ContentId;
import java.io.Closeable;
import java.io.IOException;

/** Where a store keeps contents: what differs between the memory tier and the disk tier. */
interface Medium extends Closeable {
  /** Bytes that a whole content takes here, all bookkeeping included. */
  long cost(long length);

  /**
   * A place for the bytes of a content that is being filled.
   *
   * @param length bytes, or -1 where not known
   */
  FillBody newBody(long length) throws IOException;

  /** What is allotted at least where a byte is written into a body with gaps. */
  int unitBytes();

  /** Completes a status with what only the medium knows. */
  StoreStatus status(Catalogue.Counts counts);

  /** Notes durably that a content is pinned. */
  void mark(ContentId id, PinOwner owner) throws IOException;

  /** Takes back that note, where there is one. */
  void unmark(ContentId id, PinOwner owner) throws IOException;

  /** How many files are open now. */
  int openFiles();

  @Override
  void close() throws IOException;
}
