package dev.fugitive.proxy;

import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.proxy.control.api.Controls;
import java.time.Duration;

/** Lets the control API change a node. */
record NodeControls(FugitiveNode node) implements Controls {
  @Override
  public boolean ban(PeerId peer, String reason, Duration atMost) {
    return node.ban(peer, reason, atMost);
  }

  @Override
  public boolean pardon(PeerId peer) {
    return node.pardon(peer);
  }
}
