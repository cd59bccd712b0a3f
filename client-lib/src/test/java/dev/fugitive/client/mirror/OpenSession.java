package dev.fugitive.client.mirror;

import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;

/** A session that is open for as long as the test lasts. */
abstract class OpenSession implements PeerSession {
  private final PeerId peer;

  OpenSession(PeerId peer) {
    this.peer = peer;
  }

  @Override
  public final PeerId peer() {
    return peer;
  }

  @Override
  public final boolean isOpen() {
    return true;
  }

  /** It is there. */
  @Override
  public void probe(Runnable answered) {
    answered.run();
  }

  @Override
  public final long roundTripNanos() {
    return 0;
  }

  @Override
  public final void close(String reason) {}
}
