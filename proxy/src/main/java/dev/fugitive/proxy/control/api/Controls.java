package dev.fugitive.proxy.control.api;

import dev.fugitive.client.peer.PeerId;
import java.time.Duration;

/** What a user may change while the proxy runs. */
public interface Controls {
  /**
   * Keeps a peer away for this long.
   *
   * @return false where there are no peers to keep away
   */
  boolean ban(PeerId peer, String reason, Duration atMost);

  /**
   * Ends a peer's ban.
   *
   * @return false where there are no peers
   */
  boolean pardon(PeerId peer);
}
