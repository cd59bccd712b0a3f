package dev.fugitive.client.documents;

import java.io.IOException;

/** A document is not what it looked like. */
public final class MalformedDocumentException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedDocumentException(String message) {
    super(message);
  }

  MalformedDocumentException(String message, Throwable cause) {
    super(message, cause);
  }
}
