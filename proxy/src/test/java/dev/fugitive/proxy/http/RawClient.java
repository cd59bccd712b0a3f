package dev.fugitive.proxy.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import okio.ByteString;

/** A client that sends exactly the bytes it is told to, and reads responses one by one. */
public final class RawClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 20_000;

  private final Socket socket;
  private final InputStream in;

  public RawClient(InetSocketAddress address) throws IOException {
    this(address, 0);
  }

  /** With a receive buffer of this size, so that a slow reader is slow at once. */
  public RawClient(InetSocketAddress address, int receiveBytes) throws IOException {
    socket = new Socket();
    if (receiveBytes > 0) {
      socket.setReceiveBufferSize(receiveBytes);
    }
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(address);
    in = new BufferedInputStream(socket.getInputStream(), 1024);
  }

  /** A response as received. */
  public record Received(int status, Map<String, String> fields, ByteString body) {
    public String text() {
      return body.utf8();
    }

    public String field(String name) {
      return fields.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
  }

  public RawClient send(String latin1) throws IOException {
    return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  public Received receive() throws IOException {
    return receive(false);
  }

  /** Reads one response; a response to HEAD has no body. */
  public Received receive(boolean toHead) throws IOException {
    String statusLine = line();
    int status = Integer.parseInt(statusLine.substring(9, 12));
    Map<String, String> fields = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      fields.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (one, two) -> one + ", " + two);
    }
    boolean bodiless = toHead || status < 200 || status == 204 || status == 304;
    return new Received(status, fields, bodiless ? ByteString.EMPTY : ByteString.of(body(fields)));
  }

  private byte[] body(Map<String, String> fields) throws IOException {
    if ("chunked".equals(fields.get("transfer-encoding"))) {
      return chunked();
    }
    String length = fields.get("content-length");
    return length == null ? in.readAllBytes() : exactly(Integer.parseInt(length));
  }

  private byte[] chunked() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = size(line()); size > 0; size = size(line())) {
      body.write(exactly(size));
      line();
    }
    line();
    return body.toByteArray();
  }

  private static int size(String line) {
    return Integer.parseInt(line, 16);
  }

  public byte[] exactly(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException(
          "bytes before the end: " + bytes.length + " (expected: " + count + ")");
    }
    return bytes;
  }

  public String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("line: " + line.toString(StandardCharsets.ISO_8859_1));
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /** Everything up to the end of the connection, however it ends. */
  public byte[] rest() throws IOException {
    return in.readAllBytes();
  }

  /** Whether the other end has closed, and nothing is left to read. */
  public boolean isAtEnd() throws IOException {
    return in.read() < 0;
  }

  public void endSending() throws IOException {
    socket.shutdownOutput();
  }

  /** Ends the connection without a word (a reset). */
  public void vanish() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
