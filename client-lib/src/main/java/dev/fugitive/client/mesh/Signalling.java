package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.ConnectionId;
import dev.fugitive.client.signalling.Presence;
import dev.fugitive.client.signalling.Rendezvous;
import dev.fugitive.client.signalling.RendezvousStatus;
import dev.fugitive.client.signalling.SignallingCodec;
import dev.fugitive.client.signalling.SignedSignal;
import dev.fugitive.client.transport.Signal;
import dev.fugitive.client.wire.PeerMessage;
import java.net.ProtocolException;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How signals go out of a mesh and come in: by the rendezvous that it joined ({@link
 * RendezvousEar}), and through peers that carry them ({@link SignalRoutes}). The mesh's loop alone,
 * but for what is marked otherwise.
 */
final class Signalling {
  private static final Logger LOG = LoggerFactory.getLogger(Signalling.class);

  /** Signals of one link that are carried to the other side. */
  private static final int MAX_LOCAL_SIGNALS = 64;

  private final Identity identity;
  private final Steps steps;
  private final LinkTable links;
  private final Consumer<MeshEvent> decide;
  private final SignalDesk desk;
  private final SignalRoutes routes;

  /** Written once, by who starts the mesh; read by anybody. */
  private volatile Rendezvous.@Nullable Membership membership;

  /**
   * @param decide is called by the loop
   */
  Signalling(
      Identity identity,
      InstantSource clock,
      Steps steps,
      LinkTable links,
      Consumer<MeshEvent> decide) {
    this.identity = identity;
    this.steps = steps;
    this.links = links;
    this.decide = decide;
    this.desk = new SignalDesk(identity, clock, new LetIn());
    this.routes = new SignalRoutes(links::session);
  }

  /** Before the loop runs. */
  void join(Rendezvous rendezvous, Presence presence) {
    membership = rendezvous.join(identity, presence, new RendezvousEar(steps, desk, decide));
  }

  /** Any thread. */
  RendezvousStatus rendezvous() {
    Rendezvous.Membership current = membership;
    return current == null ? Rendezvous.Alone.INSTANCE.status() : current.status();
  }

  /** Signals that were not let in. Any thread. */
  long refused() {
    return desk.refused() + steps.refused();
  }

  void announce(Presence presence) {
    Rendezvous.Membership current = membership;
    if (current != null) {
      current.update(presence);
    }
  }

  /** Leaves the rendezvous. Any thread. */
  void leave() {
    Rendezvous.Membership current = membership;
    if (current != null) {
      current.close();
    }
  }

  /** From now on signals about this connection go through a peer. */
  void setCarrier(ConnectionId connection, PeerId carrier) {
    routes.setCarrier(connection, carrier);
  }

  void forget(ConnectionId connection) {
    routes.forget(connection);
  }

  /** Has a link's own signal carried; without its description the link cannot open. */
  void carry(PeerLink link, Signal local) {
    boolean carried =
        link.countLocalSignal() <= MAX_LOCAL_SIGNALS
            && send(link.peer(), link.connection(), new SignedSignal.Content.OfLink(local));
    if (!carried && local instanceof Signal.Description) {
      link.close("nobody can carry the description");
    }
  }

  void decline(PeerId peer, ConnectionId connection, String reason) {
    send(peer, connection, new SignedSignal.Content.Declined(reason));
  }

  private boolean send(PeerId peer, ConnectionId connection, SignedSignal.Content content) {
    return routes.send(membership, peer, desk.sign(peer, connection, content));
  }

  /** Carries a signal from one of our peers to another; false where it cannot be. Any thread. */
  boolean forward(PeerId from, PeerMessage.Forward message) {
    return routes.forward(from, message);
  }

  /** A peer carried a signal here. Any thread. */
  void forwarded(PeerId carrier, PeerMessage.Forwarded message) {
    try {
      SignedSignal signal = SignallingCodec.decodeSignal(message.signal());
      steps.postFromOutside(() -> heardThrough(carrier, message.from(), signal));
    } catch (ProtocolException e) {
      desk.countRefused();
      LOG.debug("{} carried what is no signal: {}", carrier.shortName(), e.getMessage());
    }
  }

  /** What is answered goes back the way that the offer came. */
  private void heardThrough(PeerId carrier, PeerId from, SignedSignal signal) {
    if (links.find(signal.connection()).isEmpty()) {
      routes.setCarrier(signal.connection(), carrier);
    }
    desk.heard(from, signal);
  }

  /** Gives the links, and the core, the signals that were let in. */
  private final class LetIn implements SignalDesk.Receiver {
    @Override
    public boolean awaits(PeerId from, ConnectionId connection) {
      return links.find(connection).filter(link -> link.peer().equals(from)).isPresent();
    }

    @Override
    public void candidate(ConnectionId connection, Signal.Candidate candidate) {
      links.find(connection).ifPresent(link -> link.signal(candidate));
    }

    @Override
    public void decide(MeshEvent event) {
      decide.accept(event);
    }
  }
}
