package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.ConnectionId;
import dev.fugitive.client.signalling.SignedSignal;
import dev.fugitive.client.signalling.SignedSignal.Content;
import dev.fugitive.client.transport.Signal;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs what goes to peers by way of the rendezvous or of other peers, and lets in what they
 * signed. The mesh's loop alone, but for the count.
 */
final class SignalDesk {
  private static final Logger LOG = LoggerFactory.getLogger(SignalDesk.class);

  private final Identity identity;
  private final InstantSource clock;
  private final SignalGuard guard;
  private final Receiver receiver;
  private final AtomicLong refused = new AtomicLong();

  SignalDesk(Identity identity, InstantSource clock, Receiver receiver) {
    this.identity = identity;
    this.clock = clock;
    this.guard = new SignalGuard(identity.peerId());
    this.receiver = receiver;
  }

  /** Who takes what was let in. */
  interface Receiver {
    /** Whether there is a link of this connection to that peer; spares checking what fits none. */
    boolean awaits(PeerId from, ConnectionId connection);

    void candidate(ConnectionId connection, Signal.Candidate candidate);

    void decide(MeshEvent event);
  }

  /** Signs what is to be carried to a peer. */
  SignedSignal sign(PeerId to, ConnectionId connection, Content content) {
    return SignedSignal.sign(identity, to, connection, content, clock.instant());
  }

  /** A signal came by way of somebody else: nothing of it is believed before it is checked. */
  void heard(PeerId from, SignedSignal signal) {
    ConnectionId connection = signal.connection();
    switch (signal.content()) {
      case Content.OfLink(Signal.Candidate candidate) -> {
        if (receiver.awaits(from, connection) && isGenuine(from, signal)) {
          receiver.candidate(connection, candidate);
        }
      }
      case Content.OfLink(Signal.Description description) -> {
        if (isGenuine(from, signal)) {
          heard(from, signal, description);
        }
      }
      case Content.Declined(String reason) -> {
        if (receiver.awaits(from, connection) && isGenuine(from, signal)) {
          receiver.decide(new MeshEvent.DeclineHeard(from, connection, reason));
        }
      }
    }
  }

  private void heard(PeerId from, SignedSignal signal, Signal.Description description) {
    ConnectionId connection = signal.connection();
    if (description.kind() == Signal.Kind.ANSWER) {
      receiver.decide(new MeshEvent.AnswerHeard(from, connection, description));
    } else if (!isRefused(from, guard.staleness(from, signal, clock.instant()))) {
      receiver.decide(new MeshEvent.OfferHeard(from, connection, description));
    }
  }

  private boolean isGenuine(PeerId from, SignedSignal signal) {
    return !isRefused(from, guard.fault(from, signal));
  }

  private boolean isRefused(PeerId from, Optional<String> fault) {
    fault.ifPresent(words -> {
      countRefused();
      LOG.debug("refused a signal from {}: {}", from.shortName(), words);
    });
    return fault.isPresent();
  }

  /** One was refused unseen. Any thread. */
  void countRefused() {
    refused.incrementAndGet();
  }

  /** How many were refused. Any thread. */
  long refused() {
    return refused.get();
  }
}
