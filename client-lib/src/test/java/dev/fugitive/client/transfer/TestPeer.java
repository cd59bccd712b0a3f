package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.Cancel;
import dev.fugitive.client.wire.PeerMessage.Close;
import dev.fugitive.client.wire.PeerMessage.Have;
import dev.fugitive.client.wire.PeerMessage.Open;
import dev.fugitive.client.wire.PeerMessage.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The other end of a session: answers as an honest holder would, where its conduct does not say
 * something else.
 */
final class TestPeer implements PeerSession {
  /** How a peer answers; what it was asked for is in the message. */
  interface Conduct {
    List<PeerMessage> answer(TestPeer peer, PeerMessage message);
  }

  private final PeerId id;
  private final Downloads downloads;
  private final Conduct conduct;
  private final List<PeerMessage> heard = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Optional<PeerMessage>> inbox = new LinkedBlockingQueue<>();
  private final Map<ContentId, TestBody> bodies = new HashMap<>();
  private final Map<Integer, TestBody> transfers = new HashMap<>();
  private final Thread thread;
  private volatile boolean open = true;

  TestPeer(int name, Downloads downloads, Conduct conduct, TestBody... held) {
    this.id = Peers.named(name);
    this.downloads = downloads;
    this.conduct = conduct;
    for (TestBody body : held) {
      bodies.put(body.id, body);
    }
    this.thread = Thread.ofVirtual().name("test-peer-" + name).start(this::run);
  }

  static TestPeer honest(int name, Downloads downloads, TestBody... held) {
    return new TestPeer(name, downloads, TestPeer::honestly, held);
  }

  /** What an honest holder of everything says. */
  List<PeerMessage> honestly(PeerMessage message) {
    return switch (message) {
      case Open(int transferId, ContentId content) -> {
        TestBody body = bodies.get(content);
        if (body == null) {
          yield List.of(new PeerMessage.Refuse(transferId, PeerMessage.RefusalReason.DONT_HAVE, 0));
        }
        transfers.put(transferId, body);
        yield List.of(new Have(transferId, ChunkSet.all(content)));
      }
      case Request(int transferId, int first, int count) -> {
        TestBody body = transfers.get(transferId);
        yield body == null ? List.of() : List.of(body.chunks(transferId, first, count));
      }
      case Close(int transferId) -> {
        transfers.remove(transferId);
        yield List.of();
      }
      default -> List.of();
    };
  }

  private void run() {
    try {
      Optional<PeerMessage> next = inbox.take();
      while (next.isPresent()) {
        for (PeerMessage reply : conduct.answer(this, next.get())) {
          if (open) {
            downloads.onMessage(this, reply);
          }
        }
        next = inbox.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The link breaks. */
  void vanish() {
    open = false;
    downloads.onClosed(this, "vanished");
  }

  List<PeerMessage> heard() {
    return new ArrayList<>(heard);
  }

  long heardRequests() {
    return heard.stream().filter(Request.class::isInstance).count();
  }

  boolean heardCloseOrCancel() {
    return heard.stream().anyMatch(m -> m instanceof Close || m instanceof Cancel);
  }

  @Override
  public PeerId peer() {
    return id;
  }

  @Override
  public void send(PeerMessage message) throws IOException {
    if (!open) {
      throw new IOException("closed");
    }
    for (PeerMessage part : byFrames(message)) {
      heard.add(part);
      inbox.add(Optional.of(part));
    }
  }

  /** A request is heard as it is served, frame by frame. */
  private static List<PeerMessage> byFrames(PeerMessage message) {
    if (!(message instanceof Request(int transferId, int first, int count))) {
      return List.of(message);
    }
    List<PeerMessage> parts = new ArrayList<>();
    int until = first + count;
    for (int from = first; from < until; ) {
      int end = Math.min(until, from - from % SwarmLimits.FRAME_CHUNKS + SwarmLimits.FRAME_CHUNKS);
      parts.add(new Request(transferId, from, end - from));
      from = end;
    }
    return parts;
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
    vanish();
  }

  /** Ends its thread. */
  void end() throws InterruptedException {
    inbox.add(Optional.empty());
    thread.join();
  }
}
