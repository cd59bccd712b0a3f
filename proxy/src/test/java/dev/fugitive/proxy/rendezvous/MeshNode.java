package dev.fugitive.proxy.rendezvous;

import dev.fugitive.client.mesh.Mesh;
import dev.fugitive.client.mesh.MeshSettings;
import dev.fugitive.client.mesh.PeerHandler;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.Rendezvous;
import dev.fugitive.client.transport.Transport;
import dev.fugitive.client.wire.PeerMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A mesh with an identity of its own, which writes down what it hears. */
final class MeshNode implements PeerHandler, AutoCloseable {
  static final MeshSettings SETTINGS = MeshSettings.of(new PeerMessage.Hello(1, "test/1", true));

  final Identity identity = Identity.generate();
  final List<PeerMessage> messages = new CopyOnWriteArrayList<>();
  final List<String> closed = new CopyOnWriteArrayList<>();
  final Mesh mesh;

  private final Transport transport;

  MeshNode(Transport transport, Rendezvous rendezvous, MeshSettings settings) {
    this.transport = transport;
    this.mesh = Mesh.start(settings, identity, transport, rendezvous, this);
  }

  PeerId id() {
    return identity.peerId();
  }

  boolean isLinkedTo(MeshNode other) {
    return mesh.session(other.id()).isPresent();
  }

  @Override
  public void onOpened(PeerSession session, PeerMessage.Hello hello) {}

  @Override
  public void onMessage(PeerSession session, PeerMessage message) {
    messages.add(message);
  }

  @Override
  public void onClosed(PeerSession session, String reason) {
    closed.add(reason);
  }

  @Override
  public void close() {
    mesh.close();
    transport.close();
  }
}
