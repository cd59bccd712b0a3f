package dev.fugitive.client.origin;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A socket to an origin: connects within reach only, and gives no byte beyond the response that was
 * asked for.
 *
 * <p>An origin that sends more than its response, at once or while nothing was asked, has spoilt
 * the connection: it counts as closed from then on, and the pool drops it. Otherwise the surplus
 * would be read as the answer to somebody's next request.
 *
 * <p>Under TLS nothing is watched, since these bytes are records.
 */
public final class OriginSocket extends Socket {
  private final OriginReach reach;
  private final ResponseWatch watch = new ResponseWatch();

  /** Set by the thread that reads, read by the one that looks for a connection to reuse. */
  private volatile boolean spoilt;

  private volatile boolean closing;

  private volatile @Nullable InputStream raw;

  OriginSocket(OriginReach reach) {
    this.reach = reach;
  }

  @Override
  public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
    if (!(endpoint instanceof InetSocketAddress address)) {
      throw new IOException("endpoint: " + endpoint + " (expected: an internet address)");
    }
    reach.check(address);
    super.connect(endpoint, timeoutMillis);
  }

  @Override
  public void connect(SocketAddress endpoint) throws IOException {
    connect(endpoint, 0);
  }

  /**
   * A request is about to be sent: what comes from now on is its response.
   *
   * @param toHead whether it has no body, whatever its fields say
   */
  public void expectResponse(boolean toHead, InterimResponses interim) {
    watch.expect(toHead, interim);
  }

  @Override
  public InputStream getInputStream() throws IOException {
    InputStream in = super.getInputStream();
    raw = in;
    return new Watched(in);
  }

  /** Also true once the origin has sent what nobody asked for. */
  @Override
  public boolean isClosed() {
    return super.isClosed()
        || (!closing && (spoilt || (watch.isBetweenResponses() && hasUnread())));
  }

  /** Closing asks {@link #isClosed}, and must not take a spoilt socket for a closed one. */
  @Override
  public void close() throws IOException {
    closing = true;
    super.close();
  }

  private boolean hasUnread() {
    InputStream in = raw;
    try {
      return in != null && in.available() > 0;
    } catch (IOException closed) {
      return true;
    }
  }

  private final class Watched extends FilterInputStream {
    Watched(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
      if (spoilt) {
        return -1;
      }
      int read = in.read(bytes, from, count);
      if (read <= 0) {
        return read;
      }
      int taken = watch.take(bytes, from, read);
      spoilt = taken < read;
      return taken == 0 ? -1 : taken;
    }
  }
}
