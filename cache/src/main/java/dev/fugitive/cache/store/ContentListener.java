package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ContentId;

/** Hears what becomes and ceases to be whole in a store; must be fast and must not throw. */
public interface ContentListener {
  /** A content is held whole from now on. */
  void onAdded(ContentId id);

  /** A content is no longer held. */
  void onRemoved(ContentId id, RemovalCause cause);

  /** Why a content is no longer held. */
  enum RemovalCause {
    EVICTED,
    REMOVED,
    DAMAGED
  }
}
