package dev.fugitive.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/** The bytes of the store's limit that one fill has taken. */
final class Reservation {
  private final Catalogue catalogue;

  @GuardedBy("this")
  private long bytes;

  @GuardedBy("this")
  private boolean ended;

  Reservation(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** Takes what is missing up to so many bytes. To be called by one thread at a time. */
  void growTo(long wanted) throws StoreFullException {
    long missing;
    synchronized (this) {
      missing = wanted - bytes;
    }
    if (missing <= 0) {
      return;
    }
    catalogue.reserve(missing);
    synchronized (this) {
      if (!ended) {
        bytes += missing;
        return;
      }
    }
    catalogue.free(missing);
  }

  /** Ends with exactly so many bytes, which are somebody else's from now on. */
  synchronized void endWith(long kept) {
    if (!ended) {
      ended = true;
      catalogue.free(bytes - kept);
    }
  }
}
