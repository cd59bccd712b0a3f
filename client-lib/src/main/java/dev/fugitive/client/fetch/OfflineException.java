package dev.fugitive.client.fetch;

import java.io.IOException;

/** An origin would have to be asked for a request that must not ask any. */
final class OfflineException extends IOException {
  private static final long serialVersionUID = 1L;

  OfflineException() {
    super("offline: the origin is not asked");
  }
}
