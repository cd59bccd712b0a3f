package dev.fugitive.client.lan;

import dev.fugitive.client.signalling.SignalAllowance;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node at one of its addresses: it takes calls there, announces where, and hears who else is.
 *
 * <p>Discovery blocks, so it starts and ends on threads of its own; {@link #close} waits for none.
 */
final class LanStation implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(LanStation.class);

  private static final int BACKLOG = 16;
  private static final int MAX_ADDRESSES = 256;
  private static final int CALLS_AT_ONCE = 8;
  private static final int CALLS_PER_SECOND = 1;

  /** The first pause after a call that could not be taken; each further one is twice as long. */
  private static final long PAUSE_MILLIS = 50;

  private static final long LONGEST_PAUSE_MILLIS = 5_000;

  private final LanAddress address;
  private final ServerSocket server;

  /** Of the accepting thread alone. */
  private final Map<InetAddress, SignalAllowance> callers =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, SignalAllowance> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  private final CountDownLatch closed = new CountDownLatch(1);

  LanStation(LanAddress address, ServerSocket server) {
    this.address = address;
    this.server = server;
  }

  /** How it goes with the announcement. */
  interface Progress {
    void announced();

    /** It cannot be announced; callers from before may still come. */
    void failed(IOException why);
  }

  /**
   * Starts to take calls, and to be announced.
   *
   * @param calls takes sockets of callers on the same network
   * @throws IOException where no port can be had
   */
  static LanStation open(
      LanAddress address,
      String tag,
      Discovery discovery,
      Discovery.Listener listener,
      Progress progress,
      Consumer<Socket> calls)
      throws IOException {
    ServerSocket server = new ServerSocket();
    try {
      server.bind(new InetSocketAddress(address.address(), 0), BACKLOG);
    } catch (IOException e) {
      server.close();
      throw e;
    }
    LanStation station = new LanStation(address, server);
    Announcement own = new Announcement(tag, server.getLocalPort());
    Thread.ofVirtual().name("lan-accept").start(() -> station.accept(calls));
    Thread.ofPlatform()
        .daemon()
        .name("lan-discovery")
        .start(() -> station.discover(discovery, own, listener, progress));
    return station;
  }

  LanAddress address() {
    return address;
  }

  /** Where no call can be taken, for want of file descriptors say, it pauses before it goes on. */
  void accept(Consumer<Socket> calls) {
    long pauseMillis = PAUSE_MILLIS;
    try {
      while (closed.getCount() > 0) {
        if (acceptOne(calls)) {
          pauseMillis = PAUSE_MILLIS;
        } else {
          boolean unused = closed.await(pauseMillis, TimeUnit.MILLISECONDS);
          pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean acceptOne(Consumer<Socket> calls) {
    try {
      take(server.accept(), calls);
      return true;
    } catch (IOException e) {
      LOG.debug("no call taken at {}: {}", address, e.getMessage());
      return false;
    }
  }

  private void take(Socket caller, Consumer<Socket> calls) throws IOException {
    if (admits(caller.getInetAddress())) {
      calls.accept(caller);
    } else {
      caller.close();
    }
  }

  private boolean admits(InetAddress caller) {
    return address.isOnLink(caller)
        && callers
            .computeIfAbsent(caller, one -> new SignalAllowance(CALLS_AT_ONCE, CALLS_PER_SECOND))
            .admits(System.nanoTime());
  }

  /** One thread from start to end: what blocks in between is nobody else's. */
  private void discover(
      Discovery discovery, Announcement own, Discovery.Listener listener, Progress progress) {
    try {
      Closeable running = discovery.start(address, own, listener);
      progress.announced();
      closed.await();
      running.close();
    } catch (IOException e) {
      progress.failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes no more calls and has the announcement taken back, in a few seconds. */
  @Override
  public void close() {
    closed.countDown();
    try {
      server.close();
    } catch (IOException e) {
      LOG.debug("{} did not close: {}", address, e.getMessage());
    }
  }
}
