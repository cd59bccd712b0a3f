package dev.fugitive.proxy.stun;

import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okio.ByteString;

/** Asks STUN servers over UDP; each question three times at most. Confined to one thread. */
public final class StunClient implements Closeable {
  private static final int[] WAITS_MILLIS = {200, 400, 800};

  private final DatagramSocket mapping;
  private final DatagramSocket filtering;
  private final SecureRandom random = new SecureRandom();

  private StunClient() throws IOException {
    mapping = new DatagramSocket();
    filtering = new DatagramSocket();
  }

  /**
   * What lies between here and these servers.
   *
   * @param servers in the order in which they are asked
   */
  public static NatKind natKind(List<InetSocketAddress> servers) throws IOException {
    try (StunClient client = new StunClient()) {
      return new NatTests(client::ask, client::isOwn).run(servers);
    }
  }

  /** Whether there is no translation: the address is an interface's, the port the socket's. */
  private boolean isOwn(InetSocketAddress mapped) {
    try {
      return mapped.getPort() == mapping.getLocalPort()
          && NetworkInterface.getByInetAddress(mapped.getAddress()) != null;
    } catch (IOException unknown) {
      return false;
    }
  }

  private Optional<StunReply> ask(StunQuestion question) throws IOException {
    DatagramSocket socket =
        switch (question.from()) {
          case MAPPING -> mapping;
          case FILTERING -> filtering;
        };
    byte[] id = new byte[StunMessage.TRANSACTION_BYTES];
    random.nextBytes(id);
    ByteString transaction = ByteString.of(id);
    byte[] request = StunMessage.request(transaction, question.change());
    for (int waitMillis : WAITS_MILLIS) {
      socket.send(new DatagramPacket(request, request.length, question.to()));
      Optional<StunReply> reply = await(socket, transaction, waitMillis);
      if (reply.isPresent()) {
        return reply;
      }
    }
    return Optional.empty();
  }

  /** What belongs to other transactions is passed over. */
  private static Optional<StunReply> await(
      DatagramSocket socket, ByteString transaction, int waitMillis) throws IOException {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
    byte[] buffer = new byte[StunMessage.MAX_BYTES];
    while (true) {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
      if (leftMillis <= 0) {
        return Optional.empty();
      }
      socket.setSoTimeout((int) leftMillis);
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
      } catch (SocketTimeoutException silence) {
        return Optional.empty();
      }
      Optional<StunReply> reply =
          StunMessage.response(ByteBuffer.wrap(buffer, 0, packet.getLength()), transaction);
      if (reply.isPresent()) {
        return reply;
      }
    }
  }

  @Override
  public void close() {
    mapping.close();
    filtering.close();
  }
}
