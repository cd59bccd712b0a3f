package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.WireLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;

/** An open link to a tier-1 peer whose identity was checked, spoken in messages. */
public interface PeerSession {
  PeerId peer();

  /**
   * Sends a message; blocks while the link is above its high mark, so it is called on virtual
   * threads only.
   *
   * @throws IOException where the session is closed
   */
  void send(PeerMessage message) throws IOException;

  /** Where the peer is, as far as is known, and only where nobody relays. */
  default Optional<InetAddress> remoteAddress() {
    return Optional.empty();
  }

  /** Whether messages can be sent. */
  boolean isOpen();

  /** The smallest round trip measured lately, in nanoseconds; -1 before the first. */
  long roundTripNanos();

  /** How many associations carry the peer's bulk and ours; each holds some of it back. */
  default int strands() {
    return 1;
  }

  /**
   * How many chunks one message to the peer should carry; few where more would be long under way.
   */
  default int bulkChunks() {
    return WireLimits.MAX_FRAME_CHUNKS;
  }

  /**
   * Asks whether the peer is there. Never blocks.
   *
   * @param answered runs once when the peer next says anything at all, on a thread that must not be
   *     held up; at once where too many ask already; never where the session ends before
   */
  void probe(Runnable answered);

  /** Ends the session; handlers hear of it once. Never blocks. */
  void close(String reason);
}
