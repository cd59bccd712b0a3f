package dev.fugitive.cache.store;

import java.io.IOException;

/** Another process, or another store of this one, has the directory; the message names it. */
public final class DirectoryInUseException extends IOException {
  private static final long serialVersionUID = 1L;

  public DirectoryInUseException(String message) {
    super(message);
  }
}
