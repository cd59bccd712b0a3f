package dev.fugitive.client.transfer.upload;

import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** A session that keeps what it is sent, and can be told to read no more. */
final class FakePeer implements PeerSession {
  private final PeerId id;
  private final List<PeerMessage> received = new CopyOnWriteArrayList<>();
  private final Semaphore reading = new Semaphore(1);
  private final AtomicReference<@Nullable String> closed = new AtomicReference<>();

  private volatile int bulkChunks = 4;

  FakePeer(String name) {
    this.id = new PeerId(ByteString.encodeUtf8(name).sha256());
  }

  /** From now on a send blocks. */
  void stopReading() {
    reading.acquireUninterruptibly();
  }

  /** From now on each message to it is to carry so many chunks. */
  void narrow(int chunks) {
    bulkChunks = chunks;
  }

  @Override
  public int bulkChunks() {
    return bulkChunks;
  }

  void readOn() {
    reading.release();
  }

  List<PeerMessage> received() {
    return received;
  }

  /** What was received of one kind. */
  <T extends PeerMessage> List<T> received(Class<T> kind) {
    return received.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @Nullable String closeReason() {
    return closed.get();
  }

  @Override
  public PeerId peer() {
    return id;
  }

  @Override
  public void send(PeerMessage message) throws IOException {
    try {
      reading.acquire();
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted");
    }
    reading.release();
    if (!isOpen()) {
      throw new IOException("closed");
    }
    received.add(message);
  }

  @Override
  public boolean isOpen() {
    return closed.get() == null;
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
    closed.compareAndSet(null, reason);
  }
}
