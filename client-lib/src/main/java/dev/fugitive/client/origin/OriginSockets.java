package dev.fugitive.client.origin;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes {@link OriginSocket}s. */
public final class OriginSockets extends SocketFactory {
  private final OriginReach reach;

  public OriginSockets(OriginReach reach) {
    this.reach = reach;
  }

  @Override
  public Socket createSocket() {
    return new OriginSocket(reach);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    return connected(new InetSocketAddress(host, port), new InetSocketAddress(local, localPort));
  }

  @Override
  public Socket createSocket(InetAddress address, int port) throws IOException {
    return connected(new InetSocketAddress(address, port), null);
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort)
      throws IOException {
    return connected(new InetSocketAddress(address, port), new InetSocketAddress(local, localPort));
  }

  private Socket connected(InetSocketAddress endpoint, @Nullable InetSocketAddress local)
      throws IOException {
    Socket socket = new OriginSocket(reach);
    try {
      if (local != null) {
        socket.bind(local);
      }
      socket.connect(endpoint);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
