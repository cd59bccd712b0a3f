package dev.fugitive.proxy.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** An origin that does what a script says, byte by byte, and counts. */
public final class RawOrigin implements AutoCloseable {
  /** What the origin does with one connection. */
  @FunctionalInterface
  public interface Script {
    void run(Exchange exchange) throws IOException;
  }

  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicLong sent = new AtomicLong();
  private volatile long sentBefore = -1;
  private volatile boolean asked;
  private volatile boolean clientGone;

  public RawOrigin(Script script) throws IOException {
    threads.execute(() -> accept(script));
  }

  /** Sends a body without end, as fast as it is taken. */
  public static RawOrigin endless() throws IOException {
    byte[] block = new byte[16 * 1024];
    return new RawOrigin(exchange -> {
      exchange.readHead();
      exchange.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
      while (true) {
        exchange.write(block);
      }
    });
  }

  /** Takes the head and says nothing. */
  public static RawOrigin silent() throws IOException {
    return new RawOrigin(exchange -> {
      exchange.readHead();
      exchange.awaitEnd();
    });
  }

  /** One connection, as the script sees it. */
  public final class Exchange {
    private final Socket socket;

    Exchange(Socket socket) {
      this.socket = socket;
    }

    public String readHead() throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int value = socket.getInputStream().read();
        if (value < 0) {
          throw new IOException("end of the connection in a head");
        }
        head.append((char) value);
      }
      asked = true;
      return head.toString();
    }

    public InputStream in() throws IOException {
      return socket.getInputStream();
    }

    public void write(String latin1) throws IOException {
      write(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void write(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      sent.addAndGet(bytes.length);
    }

    public void endSending() throws IOException {
      socket.shutdownOutput();
    }

    /** Waits for the other end to close; what it sends is taken a byte a time. */
    public void awaitEnd() throws IOException {
      while (socket.getInputStream().read() >= 0) {
        LockSupport.parkNanos(1_000_000);
      }
      clientGone = true;
    }
  }

  private void accept(Script script) {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        threads.execute(() -> serve(script, socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Script script, Socket socket) {
    try (socket) {
      script.run(new Exchange(socket));
    } catch (IOException gone) {
      clientGone = true;
    }
  }

  public String url() {
    return "http://127.0.0.1:" + port() + "/";
  }

  public int port() {
    return listener.getLocalPort();
  }

  public boolean hasBeenAsked() {
    return asked;
  }

  public boolean sawItsClientGo() {
    return clientGone;
  }

  public long sentBytes() {
    return sent.get();
  }

  /** Whether nothing was sent since the last question. */
  public boolean hasStoppedSending() {
    long now = sent.get();
    boolean stopped = now == sentBefore;
    sentBefore = now;
    return stopped;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
  }
}
