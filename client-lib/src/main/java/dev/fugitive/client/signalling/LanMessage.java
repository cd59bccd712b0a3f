package dev.fugitive.client.signalling;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.Statement;
import okio.ByteString;

/**
 * Everything that two nodes on one network say to each other before a link between them is open.
 */
public sealed interface LanMessage {
  /** First, from both sides: the version spoken and a fresh challenge for the other's key. */
  record Greeting(int version, ByteString challenge) implements LanMessage {
    /** The version described here. */
    public static final int VERSION = 1;

    /** Bytes of a challenge. */
    public static final int CHALLENGE_BYTES = 32;
  }

  /** Second, from both sides: who is here, proven by a signature over both challenges. */
  record Present(PeerId peer, int freeSlots, ByteString proof) implements LanMessage {
    /** Answers the other side's challenge. */
    public static Present prove(
        Identity identity, int freeSlots, ByteString theirs, ByteString ours) {
      ByteString statement = statement(identity.peerId(), theirs, ours);
      return new Present(identity.peerId(), freeSlots, identity.sign(statement));
    }

    /** Whether the peer's key signed our challenge, and the one that it gave. */
    public boolean proves(ByteString ours, ByteString theirs) {
      return Identity.verify(peer, statement(peer, ours, theirs), proof);
    }

    private static ByteString statement(PeerId signer, ByteString asked, ByteString own) {
      return new Statement("fugitive-lan-1").with(signer).with(asked).with(own).bytes();
    }
  }

  /** How many more links the sender would take; also a sign of life. */
  record Slots(int freeSlots) implements LanMessage {}

  /** A signal from the sender to the receiver. */
  record Carried(SignedSignal signal) implements LanMessage {}
}
