package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.ConnectionId;
import dev.fugitive.client.signalling.Rendezvous.Membership;
import dev.fugitive.client.signalling.SignallingCodec;
import dev.fugitive.client.signalling.SignedSignal;
import dev.fugitive.client.wire.PeerMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which way signals about a connection go: by the rendezvous, or through a peer that both ends have
 * a session with. The mesh's loop alone, but for {@link #forward}.
 *
 * <p>Who carries a signal can do no more with it than a rendezvous can: it is signed, for one
 * receiver, with the link's fingerprint.
 */
final class SignalRoutes {
  /** Connections whose carrier is remembered; the oldest is forgotten first. */
  private static final int MAX_CONNECTIONS = 256;

  private final Function<PeerId, Optional<PeerLink>> sessions;
  private final Map<ConnectionId, PeerId> carriers =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ConnectionId, PeerId> eldest) {
          return size() > MAX_CONNECTIONS;
        }
      };

  SignalRoutes(Function<PeerId, Optional<PeerLink>> sessions) {
    this.sessions = sessions;
  }

  /** From now on signals about this connection go through a peer. */
  void setCarrier(ConnectionId connection, PeerId carrier) {
    carriers.put(connection, carrier);
  }

  void forget(ConnectionId connection) {
    carriers.remove(connection);
  }

  /** Has a signal carried; false where it cannot be. */
  boolean send(@Nullable Membership rendezvous, PeerId to, SignedSignal signal) {
    PeerId carrier = carriers.get(signal.connection());
    if (carrier == null) {
      return rendezvous != null && rendezvous.relay(to, signal);
    }
    PeerMessage message = new PeerMessage.Forward(to, SignallingCodec.encodeSignal(signal));
    return sessions.apply(carrier).filter(link -> link.post(message)).isPresent();
  }

  /** Carries a signal from one of our peers to another; false where it cannot be. Any thread. */
  boolean forward(PeerId from, PeerMessage.Forward message) {
    PeerMessage carried = new PeerMessage.Forwarded(from, message.signal());
    return !from.equals(message.to())
        && sessions.apply(message.to()).filter(link -> link.post(carried)).isPresent();
  }
}
