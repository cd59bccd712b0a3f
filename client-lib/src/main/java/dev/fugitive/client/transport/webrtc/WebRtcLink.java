package dev.fugitive.client.transport.webrtc;

import dev.fugitive.client.transport.Frames;
import dev.fugitive.client.transport.Link;
import dev.fugitive.client.transport.LinkListener;
import dev.fugitive.client.transport.Signal;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelState;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One end of a data channel.
 *
 * <p>Three kinds of threads meet here. Callers send, signal and close: they leave what they want in
 * a queue. Native threads call back: they leave what came in the mailbox. The generation's native
 * thread alone calls native code, and owns the fields that say so.
 */
final class WebRtcLink implements Link {
  /** Descriptions and candidates that one link takes; a peer has a handful of addresses. */
  private static final int MAX_SIGNALS = 64;

  /** A description of one data channel is 500 bytes long. */
  private static final int MAX_SIGNAL_CHARS = 16 * 1024;

  /** Frames handed over in one turn, so that the links of a generation share its thread. */
  private static final int FRAMES_PER_TURN = 16;

  private static final long MIN_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long MAX_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Where nothing waits to be handed over: each look blocks this thread and the network's. */
  private static final long IDLE_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Generation generation;
  private final LongSupplier nanoTime;
  private final SendQueue sendQueue;
  private final LinkMailbox mailbox;
  private final AtomicReference<@Nullable String> closeReason = new AtomicReference<>();
  private final AtomicInteger signals = new AtomicInteger();
  private final AtomicBoolean turnAwaited = new AtomicBoolean();
  private volatile boolean open;
  private final AtomicBoolean addressAsked = new AtomicBoolean();
  private volatile Optional<InetAddress> remoteAddress = Optional.empty();

  private final Negotiation negotiation;

  /** Native thread alone, as below. */
  private @Nullable RTCDataChannel channel;

  private boolean pollAwaited;
  private boolean idlePollAwaited;

  WebRtcLink(
      Generation generation,
      WebRtcSettings settings,
      LinkListener listener,
      LongSupplier nanoTime) {
    this.generation = generation;
    this.nanoTime = nanoTime;
    this.sendQueue = new SendQueue(settings.highMarkBytes(), settings.stallTimeoutMillis());
    this.mailbox = new LinkMailbox(listener, settings.maxUndeliveredBytes());
    this.negotiation = new Negotiation(generation, this, mailbox);
  }

  void startOffer(String name) {
    mailbox.start(name);
    onNativeThread(negotiation::offer);
  }

  void startAnswer(String name, Signal.Description offer) {
    mailbox.start(name);
    if (takes(offer)) {
      onNativeThread(() -> negotiation.answer(offer));
    }
  }

  boolean isOpen() {
    return open && closeReason.get() == null;
  }

  @Override
  public void signal(Signal fromRemote) {
    if (takes(fromRemote)) {
      onNativeThread(() -> negotiation.signal(fromRemote));
    }
  }

  private boolean takes(Signal signal) {
    int chars =
        switch (signal) {
          case Signal.Description description -> description.text().length();
          case Signal.Candidate candidate -> candidate.text().length() + candidate.mid().length();
        };
    if (chars > MAX_SIGNAL_CHARS) {
      fail("signal characters: " + chars + " (expected: at most " + MAX_SIGNAL_CHARS + ")");
    } else if (signals.incrementAndGet() > MAX_SIGNALS) {
      fail("signals: more than " + MAX_SIGNALS);
    }
    return closeReason.get() == null;
  }

  @Override
  public void send(ByteBuffer frame) throws IOException {
    Frames.requireSendable(frame);
    if (!isOpen()) {
      String reason = closeReason.get();
      throw new IOException(reason == null ? "link is not open yet" : "link is closed: " + reason);
    }
    sendQueue.put(Frames.copyOf(frame));
    awaitTurn();
  }

  /** Where it is not known, it is asked for: a link that has just opened may not know it yet. */
  @Override
  public Optional<InetAddress> remoteAddress() {
    Optional<InetAddress> known = remoteAddress;
    if (known.isEmpty() && open && addressAsked.compareAndSet(false, true)) {
      onNativeThread(() -> negotiation.askRemoteAddress(this::learnRemoteAddress));
    }
    return known;
  }

  /** From a native callback. */
  private void learnRemoteAddress(Optional<InetAddress> address) {
    remoteAddress = address;
    addressAsked.set(false);
  }

  @Override
  public long queuedBytes() {
    return sendQueue.queuedBytes();
  }

  @Override
  public void count(LongConsumer told) {
    onNativeThread(() -> {
      poll();
      told.accept(sendQueue.queuedBytes());
    });
  }

  @Override
  public void close(String reason) {
    close(reason, true);
  }

  /** Closes after what has come so far was delivered. */
  void fail(String reason) {
    close(reason, false);
  }

  private void close(String reason, boolean discardUndelivered) {
    if (closeReason.compareAndSet(null, reason)) {
      negotiation.tether().cut();
      sendQueue.close(reason);
      mailbox.close(reason, discardUndelivered);
      generation.execute(this::release);
    }
  }

  /**
   * Runs a native call's sequel, unless the link is closed by then; its failure closes the link.
   */
  void onNativeThread(Runnable task) {
    generation.execute(() -> {
      if (closeReason.get() != null) {
        return;
      }
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        fail("native call failed: " + e.getMessage());
      }
    });
  }

  /** From a native callback. */
  void adoptLater(RTCDataChannel opened) {
    generation.execute(() -> adopt(opened));
  }

  /** Takes the channel that this end made or the other end opened. Native thread. */
  void adopt(RTCDataChannel opened) {
    if (closeReason.get() != null) {
      NativeCalls.quietly("dispose late channel", opened::dispose);
      return;
    }
    if (channel != null || !opened.getLabel().equals(Negotiation.LABEL)) {
      fail("unexpected data channel");
      NativeCalls.quietly("dispose unexpected channel", opened::dispose);
      return;
    }
    channel = opened;
    opened.registerObserver(new ChannelEvents(negotiation.tether()));
    lookAtState();
  }

  /** From a native callback. */
  void channelChanged() {
    onNativeThread(this::lookAtState);
  }

  private void lookAtState() {
    RTCDataChannel now = channel;
    if (now == null) {
      return;
    }
    RTCDataChannelState state = now.getState();
    if (state == RTCDataChannelState.OPEN) {
      open = true;
      mailbox.open();
    } else if (state != RTCDataChannelState.CONNECTING) {
      fail("closed by the other side");
    }
  }

  /** From a native callback. */
  void received(ByteBuffer frame) {
    int lengthBytes = frame.remaining();
    open = true;
    if (!mailbox.receive(frame)) {
      fail("listener is too far behind");
    } else if (!generation.received(lengthBytes)) {
      fail("generation is worn out");
    }
  }

  private void awaitTurn() {
    if (turnAwaited.compareAndSet(false, true)) {
      onNativeThread(this::handOver);
    }
  }

  /** Gives the native channel what it has room for. Native thread. */
  private void handOver() {
    turnAwaited.set(false);
    RTCDataChannel to = channel;
    if (to == null) {
      return;
    }
    for (int i = 0; i < FRAMES_PER_TURN; i++) {
      byte[] frame = sendQueue.next(nanoTime.getAsLong());
      if (frame == null) {
        break;
      }
      send(to, frame);
    }
    if (sendQueue.nativeBytes() >= SendQueue.NATIVE_MARK_BYTES) {
      poll();
    } else {
      goOn();
    }
  }

  private void send(RTCDataChannel to, byte[] frame) {
    try {
      to.send(new RTCDataChannelBuffer(generation.exactly(frame), true));
    } catch (Exception e) {
      fail("native send failed: " + e.getMessage());
    }
  }

  /** Asks the native channel what it still has. Native thread. */
  private void poll() {
    RTCDataChannel from = channel;
    if (from == null) {
      return;
    }
    long nowNanos = nanoTime.getAsLong();
    sendQueue.polled(from.getBufferedAmount(), nowNanos);
    if (sendQueue.stalled(nowNanos)) {
      fail("stalled");
    } else {
      goOn();
    }
  }

  /** Another turn at once where there is room, otherwise a look later. */
  private void goOn() {
    boolean waiting = sendQueue.hasFrames();
    if (waiting && sendQueue.nativeBytes() < SendQueue.NATIVE_MARK_BYTES) {
      awaitTurn();
    } else if (waiting && !pollAwaited) {
      pollAwaited = true;
      long idleNanos = sendQueue.nanosSinceProgress(nanoTime.getAsLong());
      generation.schedule(
          this::pollAgain, Math.clamp(idleNanos / 8, MIN_POLL_NANOS, MAX_POLL_NANOS));
    } else if (!waiting && sendQueue.nativeBytes() > 0 && !idlePollAwaited) {
      idlePollAwaited = true;
      generation.schedule(this::pollIdle, IDLE_POLL_NANOS);
    }
  }

  private void pollAgain() {
    pollAwaited = false;
    onNativeThread(this::poll);
  }

  private void pollIdle() {
    idlePollAwaited = false;
    onNativeThread(this::poll);
  }

  /** Frees what is native, top-down. Native thread, once. */
  private void release() {
    RTCDataChannel done = channel;
    channel = null;
    if (done != null) {
      NativeCalls.quietly("unregister observer", done::unregisterObserver);
      NativeCalls.quietly("close channel", done::close);
    }
    negotiation.release();
    if (done != null) {
      NativeCalls.quietly("dispose channel", done::dispose);
    }
    generation.remove(this);
  }
}
