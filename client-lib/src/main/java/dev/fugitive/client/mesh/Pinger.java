package dev.fugitive.client.mesh;

import dev.fugitive.client.mesh.MeshSettings.Timing;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Asks the peer of one session now and then whether it is there, and ends the session of one that
 * stays silent. Safe for use by several threads.
 */
final class Pinger {
  static final int MAX_ASKING = 1024;

  private final PeerSession session;
  private final LongSupplier ticker;
  private final Predicate<Runnable> fork;
  private final Liveness liveness = new Liveness();

  /** Who wants to know when something comes; where they are too many, some are told too soon. */
  private final Queue<Runnable> asking = new LinkedBlockingQueue<>(MAX_ASKING);

  /** Whether a ping is on its way out: a link that is full may keep it waiting. */
  private final AtomicBoolean pinging = new AtomicBoolean();

  /**
   * @param fork runs what may block on a virtual thread; false where that is over
   */
  Pinger(PeerSession session, LongSupplier ticker, Predicate<Runnable> fork) {
    this.session = session;
    this.ticker = ticker;
    this.fork = fork;
  }

  /** Something came. */
  void heard() {
    liveness.heard(ticker.getAsLong());
    Runnable answered = asking.poll();
    while (answered != null) {
      answered.run();
      answered = asking.poll();
    }
  }

  /** Runs this when anything comes; asks at once, where no answer is due anyway. Never blocks. */
  void probe(Runnable answered) {
    if (!asking.offer(answered)) {
      answered.run();
    } else if (!liveness.isPongDue()) {
      ask();
    }
  }

  void heardPong(long nonce) {
    liveness.pong(nonce, ticker.getAsLong());
  }

  /** The smallest round trip of the last few; -1 before the first. */
  long roundTripNanos() {
    return liveness.roundTripNanos();
  }

  /** Asks where it is time to. Never blocks. */
  void check(long nowNanos, Timing timing) {
    switch (liveness.look(nowNanos, timing)) {
      case WELL -> {}
      case DEAD -> session.close("silent for " + timing.silenceLimit().toMillis() + " ms");
      case ASK -> ask();
    }
  }

  private void ask() {
    if (pinging.compareAndSet(false, true) && !fork.test(this::ping)) {
      pinging.set(false);
    }
  }

  private void ping() {
    try {
      session.send(new PeerMessage.Ping(liveness.ping(ticker.getAsLong())));
    } catch (IOException e) {
      session.close(String.valueOf(e.getMessage()));
    } finally {
      pinging.set(false);
    }
    // the pong may have come before somebody asked who saw this ping still on its way out
    if (!asking.isEmpty() && !liveness.isPongDue()) {
      ask();
    }
  }
}
