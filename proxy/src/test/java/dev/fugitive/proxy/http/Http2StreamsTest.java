package dev.fugitive.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.proxy.http.FrontEndSettings.Limits;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that speak HTTP/2 as nobody should, frame by frame. */
final class Http2StreamsTest {
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int CONTINUATION = 9;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  @TempDir Path directory;

  private final MockWebServer origin = new MockWebServer();
  private DecryptingProxy proxy;

  @BeforeEach
  void start() throws IOException {
    proxy = new DecryptingProxy(directory, Limits.DEFAULT);
    origin.useHttps(proxy.originCertificate("localhost").sslSocketFactory());
    origin.start();
  }

  @AfterEach
  void stop() {
    proxy.close();
    origin.close();
  }

  /** A frame as received. */
  private record Frame(int type, int stream, ByteString payload) {}

  /** A connection through CONNECT and TLS, after the settings. */
  private final class Client implements AutoCloseable {
    private final SSLSocket socket;
    private final OutputStream out;
    private final DataInputStream in;

    Client() throws IOException {
      Socket plain = new Socket(proxy.address().getAddress(), proxy.address().getPort());
      plain.setSoTimeout(20_000);
      plain
          .getOutputStream()
          .write(
              ("CONNECT " + authority() + " HTTP/1.1\r\nHost: a\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      plain.getInputStream().readNBytes("HTTP/1.1 200 Connection established\r\n\r\n".length());
      socket =
          (SSLSocket)
              proxy.clientTrust().sslSocketFactory().createSocket(plain, "localhost", 443, true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      out = socket.getOutputStream();
      in = new DataInputStream(socket.getInputStream());
      out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      send(SETTINGS, 0, 0, ByteString.EMPTY);
    }

    void send(int type, int flags, int stream, ByteString payload) throws IOException {
      Buffer frame = new Buffer().writeByte(0).writeShort(payload.size());
      frame.writeByte(type).writeByte(flags).writeInt(stream).write(payload);
      out.write(frame.readByteArray());
      out.flush();
    }

    Frame receive() throws IOException {
      int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      in.readUnsignedByte();
      int stream = in.readInt();
      return new Frame(type, stream, ByteString.of(in.readNBytes(length)));
    }

    Frame receive(int type) throws IOException {
      Frame frame = receive();
      while (frame.type() != type) {
        frame = receive();
      }
      return frame;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private String authority() {
    return "localhost:" + origin.getPort();
  }

  /** GET / over https, by the static table of RFC 7541, then these fields. */
  private ByteString get(String... more) {
    Buffer block = new Buffer().write(ByteString.decodeHex("828784"));
    block.writeByte(0x01).writeByte(authority().length()).writeUtf8(authority());
    for (int i = 0; i < more.length; i += 2) {
      block.writeByte(0).writeByte(more[i].length()).writeUtf8(more[i]);
      block.writeByte(more[i + 1].length()).writeUtf8(more[i + 1]);
    }
    return block.readByteString();
  }

  @Test
  void aRequestFrameByFrame() throws Exception {
    origin.enqueue(new MockResponse.Builder().body("hello").build());
    try (Client client = new Client()) {
      client.send(HEADERS, END_STREAM | END_HEADERS, 1, get());
      assertThat(client.receive(HEADERS).payload().getByte(0)).isEqualTo((byte) 0x88);
    }
  }

  @Test
  void streamsResetAsSoonAsTheyAreOpenedEndTheConnection() throws Exception {
    try (Client client = new Client()) {
      for (int i = 0; i <= Http2Streams.MAX_RESETS; i++) {
        client.send(HEADERS, END_STREAM | END_HEADERS, 2 * i + 1, get("host", "a"));
        client.send(RST_STREAM, 0, 2 * i + 1, ByteString.decodeHex("00000008"));
      }
      assertThat(client.receive(GOAWAY).payload().substring(4, 8).hex())
          .as("ENHANCE_YOUR_CALM")
          .isEqualTo("0000000b");
    } catch (IOException alsoAnEnd) {
      assertThat(alsoAnEnd).isNotNull();
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> proxy.openConnections() == 0);
  }

  @Test
  void aHeaderBlockInEndlessSmallPiecesEndsTheConnection() throws Exception {
    try (Client client = new Client()) {
      client.send(HEADERS, END_STREAM, 1, get());
      for (int i = 0; i < 200; i++) {
        client.send(CONTINUATION, 0, 1, ByteString.EMPTY);
      }
      client.receive(GOAWAY);
    } catch (IOException alsoAnEnd) {
      assertThat(alsoAnEnd).isNotNull();
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> proxy.openConnections() == 0);
  }

  @Test
  void fieldsThatWouldMeanSomethingElseInHttp11NeverReachTheOrigin() throws Exception {
    String[][] bad = {
      {"connection", "x-a"},
      {"transfer-encoding", "chunked"},
      {"upgrade", "websocket"},
      {"host", "other.example"},
      {"x-a", "b\r\nx-c: d"},
      {"x a", "b"},
      {"x-a:b", "c"},
      {"X-A", "b"},
      {"te", "gzip"},
      {"content-length", "1"},
    };
    origin.enqueue(new MockResponse.Builder().body("good").build());
    for (String[] field : bad) {
      try (Client client = new Client()) {
        client.send(HEADERS, END_STREAM | END_HEADERS, 1, get(field));
        Frame answer = client.receive();
        while (answer.stream() == 0 && answer.type() != GOAWAY) {
          answer = client.receive();
        }
        if (answer.type() == HEADERS) {
          assertThat(answer.payload().getByte(0)).as(field[0]).isEqualTo((byte) 0x8c);
        } else {
          assertThat(answer.type()).as(field[0]).isIn(RST_STREAM, GOAWAY);
        }
      }
    }
    assertThat(origin.getRequestCount()).isZero();
  }

  @Test
  void moreFieldsThanTheLimitAreRefused() throws Exception {
    String[] fields = new String[2 * 200];
    for (int i = 0; i < fields.length; i += 2) {
      fields[i] = "x-" + i;
      fields[i + 1] = "1";
    }
    try (Client client = new Client()) {
      client.send(HEADERS, END_STREAM | END_HEADERS, 1, get(fields));
      assertThat(client.receive(HEADERS).stream()).isEqualTo(1);
    }
    assertThat(origin.getRequestCount()).isZero();
  }
}
