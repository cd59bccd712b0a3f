package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.ConnectionId;
import org.jspecify.annotations.Nullable;

/**
 * One of the mesh's places, taken by one peer: with an attempt to open a link, with a session, or
 * with a session and the attempt that will replace it. Owned by {@link MeshCore}.
 */
final class Place {
  final PeerId peer;
  @Nullable Attempt attempt;
  @Nullable Established session;

  Place(PeerId peer) {
    this.peer = peer;
  }

  /** Which side made the offer. */
  enum Role {
    OFFERER,
    ANSWERER
  }

  /**
   * A link that is not open yet.
   *
   * @param answered whether both descriptions are known
   * @param inPlaceOf the peer whose session ends when this one begins
   */
  record Attempt(
      ConnectionId connection,
      Role role,
      boolean answered,
      long startNanos,
      @Nullable PeerId inPlaceOf) {
    Attempt withAnswer() {
      return new Attempt(connection, role, true, startNanos, inPlaceOf);
    }
  }

  /**
   * A link that is open.
   *
   * @param activeNanos when payload was last seen to move
   */
  record Established(
      ConnectionId connection,
      long sinceNanos,
      long activeNanos,
      long totalBytes,
      long roundTripNanos) {
    static Established begin(ConnectionId connection, long nowNanos) {
      return new Established(connection, nowNanos, nowNanos, 0, -1);
    }

    Established with(MeshEvent.Vitals vitals, long nowNanos) {
      boolean moved = vitals.totalBytes() > totalBytes;
      return new Established(
          connection,
          sinceNanos,
          moved ? nowNanos : activeNanos,
          vitals.totalBytes(),
          vitals.roundTripNanos());
    }
  }

  boolean isEmpty() {
    return attempt == null && session == null;
  }
}
