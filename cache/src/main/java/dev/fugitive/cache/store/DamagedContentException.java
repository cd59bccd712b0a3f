package dev.fugitive.cache.store;

import java.io.IOException;

/** The disk gave other bytes than were stored; the message names the content and the chunk. */
public final class DamagedContentException extends IOException {
  private static final long serialVersionUID = 1L;

  public DamagedContentException(String message) {
    super(message);
  }
}
