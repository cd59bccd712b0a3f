package dev.fugitive.client.transport;

import java.nio.ByteBuffer;

/**
 * Hears what happens to a link. Calls come one after another for one link, from threads of the
 * transport: they must hand over and return, and must not call a transport.
 */
public interface LinkListener {
  /** A signal of this side that must be carried to the other. */
  void onSignal(Signal local);

  /** Messages can be sent. */
  void onOpen();

  /** A message came; the buffer is the listener's own. */
  void onFrame(ByteBuffer frame);

  /** The link is closed, whoever closed it; the last call. */
  void onClosed(String reason);
}
