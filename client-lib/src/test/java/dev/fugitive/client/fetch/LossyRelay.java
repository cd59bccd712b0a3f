package dev.fugitive.client.fetch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A path of UDP that takes its time and loses one long packet in so many: who wants to reach an
 * address is told the one that {@link #before} gives instead.
 */
final class LossyRelay implements AutoCloseable {
  private static final int LONG_BYTES = 300;
  private static final int MAX_BYTES = 2048;

  private final long delayMillis;
  private final int loseEach;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("lossy-relay").factory());
  private final List<DatagramSocket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicLong longPackets = new AtomicLong();

  LossyRelay(long delayMillis, int loseEach) {
    this.delayMillis = delayMillis;
    this.loseEach = loseEach;
  }

  /** A port on the same host whose packets go on to that address, and answers back. */
  int before(InetAddress host, int port) {
    try {
      DatagramSocket socket = new DatagramSocket(new InetSocketAddress(host, 0));
      sockets.add(socket);
      InetSocketAddress owner = new InetSocketAddress(host, port);
      Thread.ofPlatform().daemon().name("lossy-relay-" + port).start(() -> carry(socket, owner));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void carry(DatagramSocket socket, InetSocketAddress owner) {
    SocketAddress other = null;
    byte[] buffer = new byte[MAX_BYTES];
    while (!socket.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, MAX_BYTES);
      if (!received(socket, packet)) {
        return;
      }
      boolean fromOwner = packet.getSocketAddress().equals(owner);
      other = fromOwner ? other : packet.getSocketAddress();
      pass(socket, packet, fromOwner ? other : owner);
    }
  }

  private static boolean received(DatagramSocket socket, DatagramPacket packet) {
    try {
      socket.receive(packet);
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  private void pass(DatagramSocket socket, DatagramPacket packet, @Nullable SocketAddress to) {
    boolean isLong = packet.getLength() > LONG_BYTES;
    if (to == null || (isLong && longPackets.incrementAndGet() % loseEach == 0)) {
      return;
    }
    byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
    var unused = clock.schedule(() -> send(socket, bytes, to), delayMillis, TimeUnit.MILLISECONDS);
  }

  private static void send(DatagramSocket socket, byte[] bytes, SocketAddress to) {
    try {
      socket.send(new DatagramPacket(bytes, bytes.length, to));
    } catch (IOException e) {
      // as on any path: the packet is lost
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    sockets.forEach(DatagramSocket::close);
  }
}
