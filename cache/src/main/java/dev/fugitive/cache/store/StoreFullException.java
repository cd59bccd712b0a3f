package dev.fugitive.cache.store;

import java.io.IOException;

/** A content does not fit the store's limits; the message names its length and the limit. */
public final class StoreFullException extends IOException {
  private static final long serialVersionUID = 1L;

  public StoreFullException(String message) {
    super(message);
  }
}
