package dev.fugitive.client.signalling;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import java.util.List;

/** Hears what a rendezvous says; must hand over and return. Nothing said here is proven. */
public interface RendezvousListener {
  /** Joined, or joined again. */
  void onJoined();

  /** The rendezvous is lost; it is being looked for again. */
  void onLost(String reason);

  /** Peers that share a context with us. */
  void onPeers(List<PeerInfo> peers);

  /** A signal was carried here; its signature is not checked yet. */
  void onRelayed(PeerId from, SignedSignal signal);

  /** A peer is not there any more. */
  void onPeerGone(PeerId peer);
}
