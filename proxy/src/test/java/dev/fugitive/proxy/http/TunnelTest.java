package dev.fugitive.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.proxy.http.FrontEndSettings.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tunnels of bytes: CONNECT, and what follows an upgrade. */
final class TunnelTest {
  private TestProxy proxy;

  @BeforeEach
  void start() throws IOException {
    proxy = new TestProxy(Limits.DEFAULT);
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  private static RawOrigin echo() throws IOException {
    return new RawOrigin(exchange -> {
      byte[] block = new byte[16 * 1024];
      for (int n = exchange.in().read(block); n >= 0; n = exchange.in().read(block)) {
        exchange.write(Arrays.copyOf(block, n));
      }
      exchange.write("bye");
    });
  }

  private static String connect(RawOrigin origin) {
    return "CONNECT 127.0.0.1:" + origin.port() + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private static void established(RawClient client) throws IOException {
    assertThat(client.line()).startsWith("HTTP/1.1 200 ");
    assertThat(client.line()).isEmpty();
  }

  @Test
  void bytesPassBothWaysUnchanged() throws Exception {
    byte[] bytes = new byte[5 << 20];
    new Random(1).nextBytes(bytes);
    try (RawOrigin origin = echo();
        RawClient client = proxy.connect()) {
      client.send(connect(origin));
      established(client);
      Thread sending = Thread.ofVirtual().start(() -> sendAll(client, bytes));
      assertThat(ByteString.of(client.exactly(bytes.length))).isEqualTo(ByteString.of(bytes));
      sending.join();
    }
  }

  private static void sendAll(RawClient client, byte[] bytes) {
    try {
      client.send(bytes);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Test
  void whatComesBehindTheRequestFollowsTheAnswer() throws Exception {
    try (RawOrigin origin = echo();
        RawClient client = proxy.connect()) {
      client.send(connect(origin) + "GET / HTTP/1.1\r\nthese are \0 bytes");
      established(client);
      assertThat(new String(client.exactly(33), StandardCharsets.ISO_8859_1))
          .isEqualTo("GET / HTTP/1.1\r\nthese are \0 bytes");
    }
  }

  @Test
  void anEndInOneDirectionLeavesTheOtherOpen() throws Exception {
    try (RawOrigin origin = echo();
        RawClient client = proxy.connect()) {
      client.send(connect(origin));
      established(client);
      client.send("hello");
      client.endSending();
      assertThat(client.rest()).asString().isEqualTo("hellobye");
    }
  }

  @Test
  void aTunnelThatCarriesNothingIsClosed() throws Exception {
    try (TestProxy impatient = new TestProxy(TestProxy.impatient());
        RawOrigin origin = RawOrigin.silent();
        RawClient client = impatient.connect()) {
      client.send(connect(origin));
      established(client);
      assertThat(client.isAtEnd()).isTrue();
      await().atMost(Duration.ofSeconds(10)).until(origin::sawItsClientGo);
    }
  }

  @Test
  void aTargetThatRefusesIsSaidToAndTheConnectionGoesOn() throws Exception {
    RawOrigin origin = echo();
    String request = connect(origin);
    origin.close();
    try (RawClient client = proxy.connect()) {
      assertThat(client.send(request).receive().status()).isEqualTo(502);
      assertThat(client.send(request).receive().status()).isEqualTo(502);
    }
  }

  @Test
  void aSlowReaderHoldsTheOtherEndBack() throws Exception {
    try (RawOrigin origin = RawOrigin.endless();
        RawClient client = new RawClient(proxy.address(), 4096)) {
      client.send(connect(origin));
      established(client);
      client.send("GET / HTTP/1.1\r\n\r\n");
      client.exactly(1);
      await()
          .atMost(Duration.ofSeconds(10))
          .pollInterval(Duration.ofMillis(300))
          .until(origin::hasStoppedSending);
      assertThat(origin.sentBytes()).isLessThan(24L << 20);
    }
  }

  @Test
  void aWebSocketPassesThroughAnUpgrade() throws Exception {
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    try (MockWebServer origin = new MockWebServer();
        RawClient client = proxy.connect()) {
      origin.enqueue(
          new MockResponse.Builder()
              .webSocketUpgrade(
                  new WebSocketListener() {
                    @Override
                    public void onOpen(WebSocket socket, Response response) {
                      socket.send("welcome");
                    }

                    @Override
                    public void onMessage(WebSocket socket, String text) {
                      received.add(text);
                      socket.close(1000, "done");
                    }
                  })
              .build());
      origin.start();
      client.send(
          "GET "
              + origin.url("/chat")
              + " HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
              + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
      RawClient.Received answer = client.receive();
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.field("Upgrade")).isEqualToIgnoringCase("websocket");
      assertThat(answer.field("Sec-WebSocket-Accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
      assertThat(ByteString.of(client.exactly(9)).hex()).isEqualTo("810777656c636f6d65");
      // "hi", masked with zeros
      client.send(ByteString.decodeHex("81820000000068" + "69").toByteArray());
      assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("hi");
      assertThat(ByteString.of(client.exactly(2)).hex()).startsWith("88");
    }
  }

  @Test
  void aWebSocketClientWorksBehindTheProxy() throws Exception {
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    OkHttpClient client =
        new OkHttpClient.Builder().proxy(new Proxy(Proxy.Type.HTTP, proxy.address())).build();
    try (MockWebServer origin = new MockWebServer()) {
      origin.enqueue(
          new MockResponse.Builder()
              .webSocketUpgrade(
                  new WebSocketListener() {
                    @Override
                    public void onMessage(WebSocket socket, String text) {
                      socket.send(text + text);
                    }
                  })
              .build());
      origin.start();
      WebSocket socket =
          client.newWebSocket(
              new Request.Builder().url(origin.url("/")).build(),
              new WebSocketListener() {
                @Override
                public void onMessage(WebSocket unused, String text) {
                  received.add(text);
                }
              });
      socket.send("ab");
      assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("abab");
      socket.cancel();
    } finally {
      client.dispatcher().executorService().shutdown();
      client.connectionPool().evictAll();
    }
  }

  @Test
  void anUpgradeThatTheOriginDeclinesIsAnOrdinaryAnswer() throws Exception {
    try (MockWebServer origin = new MockWebServer();
        RawClient client = proxy.connect()) {
      origin.enqueue(new MockResponse.Builder().code(400).body("no").build());
      origin.enqueue(new MockResponse.Builder().body("next").build());
      origin.start();
      client.send(
          "GET "
              + origin.url("/")
              + " HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
      RawClient.Received answer = client.receive();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text()).isEqualTo("no");
      client.send("GET " + origin.url("/") + " HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.receive().text()).isEqualTo("next");
    }
  }
}
