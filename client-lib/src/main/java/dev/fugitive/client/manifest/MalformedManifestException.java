package dev.fugitive.client.manifest;

import java.io.IOException;

/** A document that is no manifest: says what stands where, and what was expected. */
public final class MalformedManifestException extends IOException {
  private static final long serialVersionUID = 1;

  MalformedManifestException(String message) {
    super(message);
  }

  MalformedManifestException(String message, Throwable cause) {
    super(message, cause);
  }
}
