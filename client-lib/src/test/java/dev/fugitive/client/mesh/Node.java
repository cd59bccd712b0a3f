package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.Rendezvous;
import dev.fugitive.client.transport.Transport;
import dev.fugitive.client.wire.PeerMessage;

/** A mesh with an identity of its own and a handler that writes down what it hears. */
final class Node implements AutoCloseable {
  static final PeerMessage.Hello HELLO = new PeerMessage.Hello(1, "test/1", true);

  final Identity identity;
  final Heard heard = new Heard();
  final Mesh mesh;

  private final Transport transport;

  Node(Identity identity, Transport transport, Rendezvous rendezvous, MeshSettings settings) {
    this.identity = identity;
    this.transport = transport;
    this.mesh = Mesh.start(settings, identity, transport, rendezvous, heard);
  }

  static Node start(Transport transport, Rendezvous rendezvous, MeshSettings settings) {
    return new Node(Identity.generate(), transport, rendezvous, settings);
  }

  PeerId id() {
    return identity.peerId();
  }

  boolean isLinkedTo(Node other) {
    return mesh.session(other.id()).isPresent();
  }

  /** Goes before its time. */
  void leave() {
    mesh.close();
    transport.close();
  }

  @Override
  public void close() {
    leave();
  }
}
