package dev.fugitive.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients of a proxy on this machine that ask once each and then keep their connections open, until
 * the standard input ends. They come from 127.0.0.2 and onwards, 500 each, for the proxy limits how
 * many one address may open. Arguments: {@code HOST:PORT URL CLIENTS}.
 */
public final class IdleClients {
  private static final int CLIENTS_PER_ADDRESS = 500;

  private IdleClients() {}

  /** Opens the connections, says so, and waits. */
  public static void main(String[] arguments) throws IOException {
    InetSocketAddress proxy = Addresses.of(arguments[0]);
    byte[] request =
        "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n"
            .formatted(arguments[1], URI.create(arguments[1]).getAuthority())
            .getBytes(StandardCharsets.US_ASCII);
    int clients = Integer.parseInt(arguments[2]);
    List<SocketChannel> open = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      open.add(askOnce(proxy, 2 + i / CLIENTS_PER_ADDRESS, request));
    }
    System.out.println(open.size() + " clients open");
    while (System.in.read() >= 0) {}
    for (SocketChannel client : open) {
      client.close();
    }
  }

  private static SocketChannel askOnce(InetSocketAddress proxy, int lastOctet, byte[] request)
      throws IOException {
    SocketChannel client = SocketChannel.open();
    client.bind(
        new InetSocketAddress(
            InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) lastOctet}), 0));
    client.connect(proxy);
    client.write(ByteBuffer.wrap(request));
    ByteBuffer answer = ByteBuffer.allocate(4096);
    if (client.read(answer) <= 0
        || !new String(answer.array(), 0, 12, StandardCharsets.US_ASCII).endsWith(" 200")) {
      throw new IOException(
          "answer: "
              + new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII)
              + " (expected: 200)");
    }
    return client;
  }
}
