package dev.fugitive.bench.lab;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Passes TCP connections on to a server as if the server stood behind a link: one rate each way for
 * all connections together, and a delay. Two virtual threads a direction: one reads and dates, one
 * writes when the date has come.
 */
final class ShapedRelay implements Closeable {
  /** Small, so that connections share the rate evenly. */
  private static final int PIECE_BYTES = 4 * 1024;

  private static final int PIECES_ON_THE_WAY = 64;
  private static final int BACKLOG = 512;

  private final ServerSocket listening;
  private final String address;
  private final int serverPort;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Way up = new Way();
  private final Way down = new Way();
  private volatile Shape shape;

  private ShapedRelay(ServerSocket listening, String address, int serverPort, Shape shape) {
    this.listening = listening;
    this.address = address;
    this.serverPort = serverPort;
    this.shape = shape;
  }

  static ShapedRelay start(String address, int serverPort, Shape shape) throws IOException {
    ServerSocket listening = new ServerSocket();
    listening.bind(new InetSocketAddress(InetAddress.getByName(address), 0), BACKLOG);
    ShapedRelay relay = new ShapedRelay(listening, address, serverPort, shape);
    Thread.ofVirtual().name("relay-accept").start(relay::accept);
    return relay;
  }

  int port() {
    return listening.getLocalPort();
  }

  void reshape(Shape other) {
    shape = other;
  }

  Counters counters() {
    return new Counters(up.bytes.get(), down.bytes.get(), 0);
  }

  /** One direction of the link. */
  private static final class Way {
    private final AtomicLong bytes = new AtomicLong();

    @GuardedBy("this")
    private long freeAtNanos = System.nanoTime();

    /** When a piece that comes now has left. */
    synchronized long depart(int length, double megabits, long now) {
      freeAtNanos = Math.max(freeAtNanos, now) + (long) (length * 8_000.0 / megabits);
      return freeAtNanos;
    }
  }

  /** Bytes on the way. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Piece(byte[] bytes, long atNanos) {
    static final Piece END = new Piece(new byte[0], 0);

    boolean isEnd() {
      return bytes.length == 0;
    }
  }

  private void accept() {
    while (!listening.isClosed()) {
      acceptOne();
    }
  }

  private void acceptOne() {
    try {
      Socket client = listening.accept();
      open.add(client);
      Socket server = new Socket(address, serverPort);
      open.add(server);
      join(client, server, down);
      join(server, client, up);
    } catch (IOException closed) {
      // the relay was closed, or the server refused
      return;
    }
  }

  private void join(Socket from, Socket to, Way way) {
    BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(PIECES_ON_THE_WAY);
    Thread writer = Thread.ofVirtual().name("relay-write").start(() -> write(from, to, pieces));
    Thread.ofVirtual().name("relay-read").start(() -> read(from, pieces, way, writer));
  }

  private void read(Socket from, BlockingQueue<Piece> pieces, Way way, Thread writer) {
    byte[] buffer = new byte[PIECE_BYTES];
    try (from) {
      InputStream in = from.getInputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        double megabits = way == up ? shape.upMegabits() : shape.downMegabits();
        long departed = way.depart(n, megabits, System.nanoTime());
        way.bytes.addAndGet(n);
        pieces.put(
            new Piece(Arrays.copyOf(buffer, n), departed + (long) (shape.delayMillis() * 1e6)));
        // no queue before the rate: TCP's own back-pressure holds the sender
        LockSupport.parkNanos(departed - System.nanoTime());
      }
      pieces.put(Piece.END);
    } catch (IOException broken) {
      writer.interrupt();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(from);
    }
  }

  /** Goes on taking when nobody listens any more, so that the reader is never stuck. */
  private static void write(Socket from, Socket to, BlockingQueue<Piece> pieces) {
    try {
      boolean listens = true;
      for (Piece piece = pieces.take(); !piece.isEnd(); piece = pieces.take()) {
        listens = listens && passOn(piece, to);
        if (!listens) {
          closeQuietly(from);
        }
      }
      to.shutdownOutput();
    } catch (IOException gone) {
      closeQuietly(to);
    } catch (InterruptedException e) {
      closeQuietly(to);
      Thread.currentThread().interrupt();
    }
  }

  private static boolean passOn(Piece piece, Socket to) {
    for (long left = piece.atNanos() - System.nanoTime();
        left > 0;
        left = piece.atNanos() - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    try {
      to.getOutputStream().write(piece.bytes());
      return true;
    } catch (IOException gone) {
      closeQuietly(to);
      return false;
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException alreadyGone) {
      return;
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
