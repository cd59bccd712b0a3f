package dev.fugitive.client.fetch;

import java.io.IOException;

/** A body does not have the digest that the caller gave; the message names both. */
public final class IntegrityException extends IOException {
  private static final long serialVersionUID = 1L;

  IntegrityException(String message) {
    super(message);
  }
}
