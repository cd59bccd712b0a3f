package dev.fugitive.client.transport.webrtc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.transport.LinkListener;
import dev.fugitive.client.transport.Signal;
import java.nio.ByteBuffer;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a link's listener what happened, one event after another, on a virtual thread of its own:
 * whoever posts never waits, and a slow listener holds up no other link.
 */
final class LinkMailbox {
  private static final Logger LOG = LoggerFactory.getLogger(LinkMailbox.class);

  private sealed interface Event {}

  private record Signalled(Signal local) implements Event {}

  private record Opened() implements Event {}

  private record Received(ByteBuffer frame) implements Event {}

  private record Closed(String reason) implements Event {}

  private final LinkListener listener;
  private final long maxUndeliveredBytes;

  /** Bounded for frames by {@link #maxUndeliveredBytes}; the other events are few. */
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();

  private final AtomicLong undeliveredBytes = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean discarding;

  @GuardedBy("this")
  private boolean opened;

  LinkMailbox(LinkListener listener, long maxUndeliveredBytes) {
    this.listener = listener;
    this.maxUndeliveredBytes = maxUndeliveredBytes;
  }

  /** Starts to deliver. */
  void start(String name) {
    Thread.ofVirtual().name(name).start(this::deliver);
  }

  void signal(Signal local) {
    events.add(new Signalled(local));
  }

  /** Posts that the link is open, once; a first frame may be quicker than the news. */
  synchronized void open() {
    if (!opened) {
      opened = true;
      events.add(new Opened());
    }
  }

  /**
   * Posts a frame.
   *
   * @return false where the listener is too far behind: the frame is not posted
   */
  boolean receive(ByteBuffer frame) {
    if (undeliveredBytes.addAndGet(weight(frame)) > maxUndeliveredBytes) {
      return false;
    }
    open();
    events.add(new Received(frame));
    return true;
  }

  /**
   * Posts the last event, once.
   *
   * @param discard whether what came before and is not delivered yet is dropped
   */
  void close(String reason, boolean discard) {
    if (closed.compareAndSet(false, true)) {
      discarding = discard;
      events.add(new Closed(reason));
    }
  }

  /** A frame's share of the bound; small ones count for the objects around them too. */
  private static long weight(ByteBuffer frame) {
    return frame.capacity() + 128L;
  }

  private void deliver() {
    boolean more = true;
    while (more) {
      try {
        more = deliver(events.take());
      } catch (InterruptedException e) {
        throw new AssertionError("nobody interrupts this thread", e);
      } catch (RuntimeException e) {
        LOG.error("link listener failed", e);
      }
    }
  }

  private boolean deliver(Event event) {
    if (event instanceof Received received) {
      undeliveredBytes.addAndGet(-weight(received.frame));
    }
    switch (event) {
      case Closed(String reason) -> {
        events.clear();
        tellClosed(reason);
        return false;
      }
      case Signalled(Signal local) when !discarding -> listener.onSignal(local);
      case Opened() when !discarding -> listener.onOpen();
      case Received(ByteBuffer frame) when !discarding -> listener.onFrame(frame);
      case Signalled ignored -> {}
      case Opened ignored -> {}
      case Received ignored -> {}
    }
    return true;
  }

  private void tellClosed(String reason) {
    try {
      listener.onClosed(reason);
    } catch (RuntimeException e) {
      LOG.error("link listener failed", e);
    }
  }
}
