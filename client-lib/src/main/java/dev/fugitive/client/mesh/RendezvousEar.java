package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import dev.fugitive.client.signalling.RendezvousListener;
import dev.fugitive.client.signalling.SignedSignal;
import java.util.List;
import java.util.function.Consumer;

/** Hands over to the mesh's loop what the rendezvous says. */
final class RendezvousEar implements RendezvousListener {
  private final Steps steps;
  private final SignalDesk desk;
  private final Consumer<MeshEvent> decide;

  /**
   * @param decide is called by the loop
   */
  RendezvousEar(Steps steps, SignalDesk desk, Consumer<MeshEvent> decide) {
    this.steps = steps;
    this.desk = desk;
    this.decide = decide;
  }

  @Override
  public void onJoined() {
    steps.post(() -> decide.accept(new MeshEvent.RendezvousJoined()));
  }

  @Override
  public void onLost(String reason) {
    steps.post(() -> decide.accept(new MeshEvent.RendezvousLost()));
  }

  @Override
  public void onPeers(List<PeerInfo> peers) {
    steps.postFromOutside(() -> decide.accept(new MeshEvent.PeersHeard(peers)));
  }

  @Override
  public void onRelayed(PeerId from, SignedSignal signal) {
    steps.postFromOutside(() -> desk.heard(from, signal));
  }

  @Override
  public void onPeerGone(PeerId peer) {
    steps.postFromOutside(() -> decide.accept(new MeshEvent.PeerGone(peer)));
  }
}
