package dev.fugitive.client.routing;

import dev.fugitive.client.mesh.PeerHandler;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import okio.ByteString;

/**
 * One end of a session in memory. Joined to another end, what is sent is handed to that end's
 * handler on a thread of its own, as a mesh does; not joined, it is only kept.
 */
final class FakeSession implements PeerSession {
  private final PeerId peer;
  private final List<PeerMessage> sent = new CopyOnWriteArrayList<>();
  private volatile Optional<Inbox> otherEnd = Optional.empty();
  private volatile Optional<String> closeReason = Optional.empty();
  volatile long roundTripNanos = -1;
  volatile Consumer<PeerMessage> onSend = message -> {};

  private FakeSession(PeerId peer) {
    this.peer = peer;
  }

  /** What the other end's handler is called with, until somebody says good-bye. */
  private record Inbox(BlockingQueue<PeerMessage> messages) {
    void deliver(PeerHandler handler, FakeSession end) {
      handler.onOpened(end, new PeerMessage.Hello(1, "test", true));
      try {
        PeerMessage next = messages.take();
        while (!(next instanceof PeerMessage.Bye)) {
          handler.onMessage(end, next);
          next = messages.take();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      end.close("bye");
      handler.onClosed(end, "bye");
    }
  }

  /** A session whose other end says nothing by itself. */
  static FakeSession to(String name) {
    return new FakeSession(new PeerId(ByteString.encodeUtf8(name).sha256()));
  }

  /** Opens a session between two handlers; the end that the first one holds. */
  static FakeSession join(PeerHandler left, PeerHandler right) {
    FakeSession leftEnd = to("right");
    FakeSession rightEnd = to("left");
    Inbox rightInbox = new Inbox(new LinkedBlockingQueue<>());
    Inbox leftInbox = new Inbox(new LinkedBlockingQueue<>());
    leftEnd.otherEnd = Optional.of(rightInbox);
    rightEnd.otherEnd = Optional.of(leftInbox);
    Thread.ofVirtual().start(() -> rightInbox.deliver(right, rightEnd));
    Thread.ofVirtual().start(() -> leftInbox.deliver(left, leftEnd));
    return leftEnd;
  }

  @Override
  public PeerId peer() {
    return peer;
  }

  @Override
  public void send(PeerMessage message) throws IOException {
    if (!isOpen()) {
      throw new IOException("session closed");
    }
    sent.add(message);
    onSend.accept(message);
    otherEnd.ifPresent(inbox -> inbox.messages().add(message));
  }

  @Override
  public boolean isOpen() {
    return closeReason.isEmpty();
  }

  /** It is there. */
  @Override
  public void probe(Runnable answered) {
    answered.run();
  }

  @Override
  public long roundTripNanos() {
    return roundTripNanos;
  }

  @Override
  public void close(String reason) {
    if (closeReason.isEmpty()) {
      closeReason = Optional.of(reason);
      otherEnd.ifPresent(inbox -> inbox.messages().add(new PeerMessage.Bye(reason)));
    }
  }

  /** Everything that was sent, in order. */
  List<PeerMessage> sent() {
    return List.copyOf(sent);
  }

  /** What was sent of one kind. */
  <M extends PeerMessage> List<M> sent(Class<M> kind) {
    return sent.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Why it was closed from this end. */
  Optional<String> closeReason() {
    return closeReason;
  }
}
