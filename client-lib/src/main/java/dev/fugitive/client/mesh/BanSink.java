package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.PeerId;

/**
 * Where a peer that lied is reported: its session is closed and it is kept away until the ban
 * expires.
 */
public interface BanSink {
  /** Bans a peer; the reason is shown to the user. Repeated bans last longer. Never blocks. */
  void ban(PeerId peer, String reason);
}
