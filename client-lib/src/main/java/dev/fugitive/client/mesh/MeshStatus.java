package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.RendezvousStatus;
import java.time.Instant;
import java.util.List;

/** What a mesh shows of itself. */
public record MeshStatus(
    RendezvousStatus rendezvous,
    int targetConnections,
    int maxConnections,
    List<Peer> peers,
    List<Ban> bans,
    long refusedSignals) {
  /** A peer that takes a place, or a replaced link to it that is still used. */
  public record Peer(
      PeerId id, State state, long roundTripNanos, long bytesIn, long bytesOut, Instant since) {}

  /** How far a link is. */
  public enum State {
    CONNECTING,
    OPEN,
    REPLACED
  }

  /** A peer that is kept away. */
  public record Ban(PeerId id, String reason, Instant until) {}
}
