package dev.fugitive.client.signalling;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import java.util.List;
import okio.ByteString;

/** Everything that the rendezvous says to a peer. */
public sealed interface RendezvousMessage {
  /** First: the version spoken and a fresh challenge for the peer's key to sign. */
  record Welcome(int version, ByteString challenge) implements RendezvousMessage {
    /** The version described here. */
    public static final int VERSION = 1;

    /** Bytes of a challenge. */
    public static final int CHALLENGE_BYTES = 32;
  }

  /** Peers that share a context with the one who asked, best first. */
  record Peers(List<PeerInfo> peers) implements RendezvousMessage {
    /** The most peers in one message. */
    public static final int MAX_PEERS = 64;

    public Peers {
      peers = List.copyOf(peers);
      if (peers.size() > MAX_PEERS) {
        throw new IllegalArgumentException(
            "peers: " + peers.size() + " (expected: <= " + MAX_PEERS + ")");
      }
    }
  }

  /** Something that another peer wants carried here. */
  record Relayed(PeerId from, SignedSignal signal) implements RendezvousMessage {}

  /** A message was not acted upon. */
  record Refused(Reason reason, String detail) implements RendezvousMessage {}

  /** A peer that this one relayed to, or was told of, is not here any more. */
  record PeerGone(PeerId peer) implements RendezvousMessage {}

  /** Why a message was not acted upon. */
  enum Reason {
    /** It was not understood. */
    MALFORMED,
    /** It came before the join, or a second join came. */
    OUT_OF_TURN,
    /** The join's signature is not that of its key over the challenge. */
    BAD_PROOF,
    /** Too many messages in too short a time. */
    TOO_FAST,
    /** The relay's receiver shares no context with the sender and was not introduced to it. */
    STRANGER,
    /** The same peer joined again on another connection. */
    REPLACED,
    /** The rendezvous serves as many as it can. */
    FULL
  }
}
