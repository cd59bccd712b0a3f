package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A handler that writes down what it hears. */
final class Heard implements PeerHandler {
  final List<PeerSession> opened = new CopyOnWriteArrayList<>();
  final List<PeerMessage.Hello> hellos = new CopyOnWriteArrayList<>();
  final List<PeerMessage> messages = new CopyOnWriteArrayList<>();
  final List<String> closed = new CopyOnWriteArrayList<>();

  @Override
  public void onOpened(PeerSession session, PeerMessage.Hello hello) {
    opened.add(session);
    hellos.add(hello);
  }

  @Override
  public void onMessage(PeerSession session, PeerMessage message) {
    messages.add(message);
  }

  @Override
  public void onClosed(PeerSession session, String reason) {
    closed.add(name(session.peer()) + " " + reason);
  }

  static String name(PeerId peer) {
    return peer.shortName();
  }
}
