package dev.fugitive.client.signalling;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.Statement;
import okio.ByteString;

/** Everything that a peer says to the rendezvous. */
public sealed interface ClientMessage {
  /** First: who is here, with a signature over the rendezvous's challenge that proves it. */
  record Join(PeerId peer, Presence presence, ByteString proof) implements ClientMessage {
    public static Join prove(Identity identity, Presence presence, ByteString challenge) {
      ByteString statement = statement(identity.peerId(), challenge);
      return new Join(identity.peerId(), presence, identity.sign(statement));
    }

    /** Whether the peer's key signed this challenge. */
    public boolean proves(ByteString challenge) {
      return Identity.verify(peer, statement(peer, challenge), proof);
    }

    private static ByteString statement(PeerId peer, ByteString challenge) {
      return new Statement("fugitive-join-1").with(peer).with(challenge).bytes();
    }
  }

  /** What has changed since; answered by {@link RendezvousMessage.Peers}. */
  record Update(Presence presence) implements ClientMessage {}

  /** Something to carry to another peer. */
  record Relay(PeerId to, SignedSignal signal) implements ClientMessage {}

  /** Last: the peer goes. */
  record Leave() implements ClientMessage {}
}
