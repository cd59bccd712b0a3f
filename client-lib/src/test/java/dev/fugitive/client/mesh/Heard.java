package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A handler that writes down what it hears. */
final class Heard implements PeerHandler {
  final List<PeerSession> opened = new CopyOnWriteArrayList<>();
  final List<PeerMessage.Hello> hellos = new CopyOnWriteArrayList<>();
  final List<PeerMessage> messages = new CopyOnWriteArrayList<>();
  final List<String> closed = new CopyOnWriteArrayList<>();

  /** Where a message waits until the test lets go. */
  volatile CountDownLatch blockUntil = new CountDownLatch(0);

  @Override
  public void onOpened(PeerSession session, PeerMessage.Hello hello) {
    opened.add(session);
    hellos.add(hello);
  }

  @Override
  public void onMessage(PeerSession session, PeerMessage message) {
    messages.add(message);
    try {
      blockUntil.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void onClosed(PeerSession session, String reason) {
    closed.add(name(session.peer()) + " " + reason);
  }

  static String name(PeerId peer) {
    return peer.shortName();
  }
}
