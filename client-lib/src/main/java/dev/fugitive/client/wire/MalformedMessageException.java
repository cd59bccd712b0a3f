package dev.fugitive.client.wire;

import java.net.ProtocolException;

/** A frame is not a message as this protocol has it; the reason names the value that is not. */
public final class MalformedMessageException extends ProtocolException {
  private static final long serialVersionUID = 1L;

  public MalformedMessageException(String reason) {
    super(reason);
  }

  MalformedMessageException(String reason, Throwable cause) {
    super(reason);
    initCause(cause);
  }
}
