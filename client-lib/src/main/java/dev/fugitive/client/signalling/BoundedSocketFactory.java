package dev.fugitive.client.signalling;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;

/**
 * Sockets that fail when too much comes without a pause for a whole message to end.
 *
 * <p>OkHttp gathers a WebSocket message in memory before it shows it, however long it is. A hostile
 * server could send one without end; here it ends after {@link #MAX_BYTES_A_MESSAGE}.
 */
final class BoundedSocketFactory extends SocketFactory {
  /** What may come before a message is complete: far more than the longest message. */
  static final long MAX_BYTES_A_MESSAGE = 1024 * 1024;

  private final AtomicLong bytesSinceMessage;

  BoundedSocketFactory(AtomicLong bytesSinceMessage) {
    this.bytesSinceMessage = bytesSinceMessage;
  }

  @Override
  public Socket createSocket() {
    return new BoundedSocket(bytesSinceMessage);
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException("unconnected sockets only");
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw new UnsupportedOperationException("unconnected sockets only");
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException("unconnected sockets only");
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
    throw new UnsupportedOperationException("unconnected sockets only");
  }

  /** A socket whose input is counted. */
  private static final class BoundedSocket extends Socket {
    private final AtomicLong bytesSinceMessage;

    BoundedSocket(AtomicLong bytesSinceMessage) {
      this.bytesSinceMessage = bytesSinceMessage;
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return new BoundedInput(super.getInputStream(), bytesSinceMessage);
    }
  }

  /** Counts what is read, and fails above the limit. */
  private static final class BoundedInput extends FilterInputStream {
    private final AtomicLong bytesSinceMessage;

    BoundedInput(InputStream in, AtomicLong bytesSinceMessage) {
      super(in);
      this.bytesSinceMessage = bytesSinceMessage;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      count(Math.max(count, 0));
      return count;
    }

    private void count(int bytes) throws IOException {
      if (bytesSinceMessage.addAndGet(bytes) > MAX_BYTES_A_MESSAGE) {
        throw new ProtocolException(
            "bytes of one message: more than "
                + MAX_BYTES_A_MESSAGE
                + " (expected: <= "
                + SignallingCodec.MAX_MESSAGE_BYTES
                + ")");
      }
    }
  }
}
