package dev.fugitive.client.transfer;

import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.BiConsumer;

/** Two ends of a session in one process, with a thread for each that hands over messages. */
final class SessionPair {
  private static final int MAX_UNDER_WAY = 64;

  private final End left;
  private final End right;

  SessionPair(PeerId leftPeer, PeerId rightPeer) {
    left = new End(rightPeer);
    right = new End(leftPeer);
    left.other = right;
    right.other = left;
  }

  /** The end on which the left side speaks to the right one. */
  End left() {
    return left;
  }

  /** The end on which the right side speaks to the left one. */
  End right() {
    return right;
  }

  /** One end, as the program behind it sees the session. */
  static final class End implements PeerSession {
    private final PeerId peer;
    private final BlockingQueue<Optional<PeerMessage>> inbox =
        new ArrayBlockingQueue<>(MAX_UNDER_WAY);
    private End other = this;
    private volatile boolean open = true;
    private Thread thread = Thread.currentThread();

    private End(PeerId peer) {
      this.peer = peer;
    }

    /** Hands every message that comes to a handler, on a thread of its own. */
    void receive(BiConsumer<PeerSession, PeerMessage> handler) {
      thread =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  Optional<PeerMessage> next = inbox.take();
                  while (next.isPresent()) {
                    handler.accept(this, next.get());
                    next = inbox.take();
                  }
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
    }

    /** Ends its thread after what has come. */
    void end() throws InterruptedException {
      open = false;
      inbox.put(Optional.empty());
      thread.join();
    }

    @Override
    public PeerId peer() {
      return peer;
    }

    @Override
    public void send(PeerMessage message) throws IOException {
      if (!open || !other.open) {
        throw new IOException("closed");
      }
      try {
        other.inbox.put(Optional.of(message));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    /** It is there. */
    @Override
    public void probe(Runnable answered) {
      answered.run();
    }

    @Override
    public long roundTripNanos() {
      return -1;
    }

    @Override
    public void close(String reason) {
      open = false;
    }
  }
}
