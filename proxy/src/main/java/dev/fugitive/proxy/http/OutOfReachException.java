package dev.fugitive.proxy.http;

import java.io.IOException;

/** A target that this client may not reach through the proxy. */
final class OutOfReachException extends IOException {
  private final transient Refusal refusal;

  OutOfReachException(Refusal refusal) {
    super(refusal.words());
    this.refusal = refusal;
  }

  Refusal refusal() {
    return refusal;
  }
}
