package dev.fugitive.client.mesh;

import dev.fugitive.client.wire.PeerMessage;

/**
 * Hears what happens on sessions. Calls for one session come one after another, on that session's
 * own virtual thread.
 */
public interface PeerHandler {
  /** A peer's session is open; its Hello has been read. */
  void onOpened(PeerSession session, PeerMessage.Hello hello);

  /** A message came, well-formed; may block, which slows down that peer alone. */
  void onMessage(PeerSession session, PeerMessage message);

  /** The session is closed; the last call for it. */
  void onClosed(PeerSession session, String reason);
}
