package dev.fugitive.client.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One end of a link in a {@link MemoryNetwork}, whose lock guards all its state. */
final class MemoryLink implements Link {
  /** What may be on the way, unreceived, before a link waits with the next frame. */
  static final long WINDOW_BYTES = 5L * 1024 * 1024;

  /** {@link #send} blocks while this much waits. */
  static final long HIGH_MARK_BYTES = 4L * 1024 * 1024;

  private static final long STALL_TIMEOUT_MILLIS = 10_000;

  /** Frames lost so often in a row mean that the other host is gone. */
  private static final int MAX_ATTEMPTS = 100;

  /** One way delays from the answer's arrival until both ends are open: connectivity and keys. */
  private static final int HANDSHAKE_TRIPS = 4;

  private static final long SILENCE_NANOS = 15_000_000_000L;
  private static final String TEXT_PREFIX = "memory:";

  private enum State {
    CONNECTING,
    OPEN,
    CLOSED
  }

  private final MemoryNetwork network;
  private final MemoryTransport host;
  private final LinkListener listener;
  private final Condition room;
  private final long number;

  private State state = State.CONNECTING;

  private String closeReason = "";

  private @Nullable MemoryLink remote;

  private final ArrayDeque<MemoryFrame> queue = new ArrayDeque<>();

  private long queuedBytes;

  private long onTheWayBytes;

  private long framesMade;

  private long framesLeft;

  /** Frames that came before one that is still missing; what the sender's window lets through. */
  private final Map<Long, byte[]> early = new HashMap<>();

  private long nextNumber;

  MemoryLink(MemoryNetwork network, MemoryTransport host, LinkListener listener) {
    this.network = network;
    this.host = host;
    this.listener = listener;
    this.room = network.lock.newCondition();
    this.number = network.register(this);
  }

  void sendOffer() {
    describe(Signal.Kind.OFFER);
  }

  void sendAnswer(Signal.Description offer) {
    MemoryLink offering = named(offer);
    if (offering == null) {
      closeLocally("offer refused: " + offer.text());
      return;
    }
    remote = offering;
    describe(Signal.Kind.ANSWER);
  }

  private void describe(Signal.Kind kind) {
    if (state == State.CONNECTING) {
      var description = new Signal.Description(kind, TEXT_PREFIX + number);
      network.call(() -> listener.onSignal(description));
      network.call(() -> listener.onSignal(new Signal.Candidate("0", 0, TEXT_PREFIX + number)));
    }
  }

  @Override
  public void signal(Signal fromRemote) {
    if (fromRemote instanceof Signal.Description description) {
      network.after(0, () -> answered(description));
    }
  }

  private void answered(Signal.Description answer) {
    if (state != State.CONNECTING || remote != null) {
      return;
    }
    MemoryLink answering = named(answer);
    if (answer.kind() != Signal.Kind.ANSWER || answering == null || answering.remote != this) {
      closeLocally("answer refused: " + answer.text());
      return;
    }
    remote = answering;
    long delayNanos = HANDSHAKE_TRIPS * network.between(host, answering.host).delayNanos();
    network.after(
        delayNanos,
        () -> {
          open();
          answering.open();
        });
  }

  private void open() {
    if (state == State.CONNECTING && remote != null && remote.state != State.CLOSED) {
      state = State.OPEN;
      network.call(listener::onOpen);
    }
  }

  @Override
  public void send(ByteBuffer frame) throws IOException {
    Frames.requireSendable(frame);
    network.lock.lock();
    try {
      awaitRoom();
      byte[] bytes = Frames.copyOf(frame);
      queue.addLast(new MemoryFrame(framesMade++, bytes));
      queuedBytes += bytes.length;
      network.after(0, () -> host.uplink().wake(this));
    } finally {
      network.lock.unlock();
    }
  }

  private void awaitRoom() throws IOException {
    requireOpen();
    while (queuedBytes >= HIGH_MARK_BYTES) {
      if (!network.scheduler().mayWait()) {
        throw new IllegalStateException(
            "queued bytes: " + queuedBytes + " (expected: < " + HIGH_MARK_BYTES + ": no waiting)");
      }
      long leftBefore = framesLeft;
      try {
        if (!room.await(STALL_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS) && framesLeft == leftBefore) {
          closeLocally("stalled");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while the link was above its mark");
      }
      requireOpen();
    }
  }

  private void requireOpen() throws IOException {
    if (state != State.OPEN) {
      throw new IOException(
          state == State.CLOSED ? "link is closed: " + closeReason : "link is not open yet");
    }
  }

  @Override
  public long queuedBytes() {
    network.lock.lock();
    try {
      return queuedBytes;
    } finally {
      network.lock.unlock();
    }
  }

  @Override
  public void count(LongConsumer told) {
    told.accept(queuedBytes());
  }

  @Override
  public void close(String reason) {
    network.lock.lock();
    try {
      closeLocally(reason);
    } finally {
      network.lock.unlock();
    }
  }

  /** The host's uplink is free: the next frame that may go, if any. */
  @Nullable MemoryFrame takeFrame() {
    MemoryFrame next = queue.peekFirst();
    if (state != State.OPEN || next == null) {
      return null;
    }
    if (onTheWayBytes > 0 && onTheWayBytes + next.lengthBytes() > WINDOW_BYTES) {
      return null;
    }
    onTheWayBytes += next.lengthBytes();
    return queue.removeFirst();
  }

  /** A frame is through the uplink; it arrives, or is lost. */
  void left(MemoryFrame frame) {
    MemoryLink to = remote;
    if (state != State.OPEN || to == null) {
      return;
    }
    framesLeft++;
    queuedBytes -= frame.lengthBytes();
    room.signalAll();
    PathConditions path = network.between(host, to.host);
    if (network.losesNext(path)) {
      sendAgain(frame, path);
    } else {
      network.after(path.delayNanos(), () -> arrive(frame, to, path));
    }
  }

  private void arrive(MemoryFrame frame, MemoryLink to, PathConditions path) {
    if (to.state == State.CLOSED) {
      return;
    }
    boolean accepted =
        to.host
            .downlink()
            .arrive(
                frame.lengthBytes(),
                () -> {
                  onTheWayBytes -= frame.lengthBytes();
                  to.received(frame);
                  host.uplink().wake(this);
                });
    if (!accepted) {
      sendAgain(frame, path);
    }
  }

  private void sendAgain(MemoryFrame frame, PathConditions path) {
    if (frame.attempts >= MAX_ATTEMPTS) {
      closeLocally("frame " + frame.number + " was lost " + MAX_ATTEMPTS + " times");
      return;
    }
    network.after(
        path.retransmissionNanos(frame.attempts),
        () -> {
          onTheWayBytes -= frame.lengthBytes();
          queuedBytes += frame.lengthBytes();
          frame.attempts++;
          queue.addFirst(frame);
          host.uplink().wake(this);
        });
  }

  private void received(MemoryFrame frame) {
    if (state != State.OPEN) {
      return;
    }
    early.put(frame.number, frame.bytes);
    byte[] next = early.remove(nextNumber);
    while (next != null) {
      byte[] bytes = next;
      nextNumber++;
      network.call(() -> listener.onFrame(ByteBuffer.wrap(bytes)));
      next = early.remove(nextNumber);
    }
  }

  void closeLocally(String reason) {
    MemoryLink other = remote;
    if (end(reason)) {
      network.after(0, () -> network.call(() -> listener.onClosed(reason)));
      if (other != null) {
        long delayNanos = network.between(host, other.host).delayNanos();
        network.after(delayNanos, () -> other.closeRemotely("closed by the other side"));
      }
    }
  }

  /** Ends without a word to anybody; the other end fails after a time of silence. */
  void crash() {
    MemoryLink other = remote;
    if (end("host crashed") && other != null) {
      network.after(SILENCE_NANOS, () -> other.closeRemotely("connection failed"));
    }
  }

  private void closeRemotely(String reason) {
    if (end(reason)) {
      network.call(() -> listener.onClosed(reason));
    }
  }

  private boolean end(String reason) {
    if (state == State.CLOSED) {
      return false;
    }
    state = State.CLOSED;
    closeReason = reason;
    queue.clear();
    early.clear();
    queuedBytes = 0;
    room.signalAll();
    host.remove(this);
    network.forget(number);
    return true;
  }

  private @Nullable MemoryLink named(Signal.Description description) {
    String text = description.text();
    if (!text.matches(TEXT_PREFIX + "[0-9]{1,18}")) {
      return null;
    }
    return network.link(Long.parseLong(text.substring(TEXT_PREFIX.length())));
  }
}
