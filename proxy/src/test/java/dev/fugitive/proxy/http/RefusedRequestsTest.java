package dev.fugitive.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.proxy.http.FrontEndSettings.Limits;
import java.io.IOException;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is refused, over real sockets: an answer in words, the connection closed, no origin asked.
 */
final class RefusedRequestsTest {
  private final MockWebServer origin = new MockWebServer();
  private TestProxy proxy;

  @BeforeEach
  void start() throws IOException {
    origin.start();
    proxy = new TestProxy(Limits.DEFAULT);
  }

  @AfterEach
  void stop() {
    proxy.close();
    origin.close();
  }

  static Stream<Arguments> ambiguousFraming() {
    return Stream.of(
        refused("length and coding", "Content-Length: 5\r\nTransfer-Encoding: chunked", 400),
        refused("two lengths", "Content-Length: 5\r\nContent-Length: 6", 400),
        refused("the same length twice", "Content-Length: 5\r\nContent-Length: 5", 400),
        refused("a list of lengths", "Content-Length: 5, 6", 400),
        refused("a signed length", "Content-Length: +5", 400),
        refused("a negative length", "Content-Length: -5", 400),
        refused("a hexadecimal length", "Content-Length: 0x5", 400),
        refused("an empty length", "Content-Length: ", 400),
        refused("a length over 64 bits", "Content-Length: 99999999999999999999", 400),
        refused("a coding that is not chunked", "Transfer-Encoding: identity", 400),
        refused("chunked before another", "Transfer-Encoding: chunked, identity", 400),
        refused("chunked twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 400),
        refused("chunked after another", "Transfer-Encoding: gzip, chunked", 501),
        refused("a coding that looks like chunked", "Transfer-Encoding: xchunked", 400),
        refused("a coding with a vertical tab", "Transfer-Encoding: \u000bchunked", 400),
        refused("space before the colon", "Content-Length : 5", 400),
        refused("tab before the colon", "Transfer-Encoding\t: chunked", 400),
        refused("folded line", "X-A: 1\r\n Transfer-Encoding: chunked", 400),
        refused("folded first line", " X-A: 1", 400),
        refused("no colon", "X-A", 400),
        refused("empty name", ": 1", 400),
        refused("name with a slash", "X/A: 1", 400),
        refused("NUL in a value", "X-A: a\u0000b", 400),
        refused("bare carriage return", "X-A: a\rX-B: b", 400),
        refused("bare line feed", "X-A: a\nX-B: b", 400),
        refused("delete in a value", "X-A: a\u007fb", 400),
        refused("a second Host", "Host: b", 400),
        refused("an expectation we do not know", "Expect: 200-maybe", 417),
        refused("a key of hixie-76", "Sec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2", 400));
  }

  private static Arguments refused(String what, String lines, int status) {
    return Arguments.of(what, lines, status);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ambiguousFraming")
  void isRefusedAndTheConnectionClosed(String what, String lines, int status) throws IOException {
    try (RawClient client = proxy.connect()) {
      client.send("POST " + origin.url("/") + " HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n\r\nhello");
      client.send("GET " + origin.url("/smuggled") + " HTTP/1.1\r\nHost: a\r\n\r\n");
      RawClient.Received answer = client.receive();
      assertThat(answer.status()).as(answer.text()).isEqualTo(status);
      assertThat(answer.field("Connection")).isEqualTo("close");
      assertThat(answer.text()).isNotBlank();
      assertThat(client.isAtEnd()).isTrue();
    }
    assertThat(origin.getRequestCount()).isZero();
  }

  static Stream<Arguments> requestLines() {
    return Stream.of(
        Arguments.of("GET  http://a/ HTTP/1.1", 400),
        Arguments.of("GET\thttp://a/ HTTP/1.1", 400),
        Arguments.of("GET http://a/ b HTTP/1.1", 400),
        Arguments.of("GET http://a/\u000b HTTP/1.1", 400),
        Arguments.of("GET http://a/ HTTP/1.1 ", 400),
        Arguments.of("GET http://a/", 400),
        Arguments.of("GET http://a/#f HTTP/1.1", 400),
        Arguments.of("GET http://user@a/ HTTP/1.1", 400),
        Arguments.of("GET http://a:0/ HTTP/1.1", 400),
        Arguments.of("GET http://a:65536/ HTTP/1.1", 400),
        Arguments.of("GET http://a\\b/ HTTP/1.1", 400),
        Arguments.of("GET http:///x HTTP/1.1", 400),
        Arguments.of("GET ftp://a/ HTTP/1.1", 400),
        Arguments.of("GET a/ HTTP/1.1", 400),
        Arguments.of("GET http://a/ HTTP/2.0", 505),
        Arguments.of("GET http://a/ HTTP/0.9", 505),
        Arguments.of("CONNECT a HTTP/1.1", 400),
        Arguments.of("CONNECT http://a:443/ HTTP/1.1", 400),
        Arguments.of("CONNECT a:25 HTTP/1.1", 403));
  }

  @ParameterizedTest
  @MethodSource("requestLines")
  void aRequestLineThatIsNotOneIsRefused(String line, int status) throws IOException {
    try (RawClient client = proxy.connect()) {
      client.send(line + "\r\nHost: a\r\n\r\n");
      RawClient.Received answer = client.receive();
      assertThat(answer.status()).as(answer.text()).isEqualTo(status);
      assertThat(answer.text()).isNotBlank();
    }
  }

  @Test
  void transferEncodingInHttp10IsRefused() throws IOException {
    try (RawClient client = proxy.connect()) {
      client.send(
          "POST " + origin.url("/") + " HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
      assertThat(client.receive().status()).isEqualTo(400);
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void aRequestWithoutHostIsRefused() throws IOException {
    try (RawClient client = proxy.connect()) {
      client.send("GET " + origin.url("/") + " HTTP/1.1\r\n\r\n");
      assertThat(client.receive().status()).isEqualTo(400);
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  static Stream<String> brokenChunks() {
    return Stream.of(
        "5x\r\nhello\r\n0\r\n\r\n",
        "100000004\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "\r\nhello\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5;a\nb\r\nhello\r\n0\r\n\r\n",
        "5\r\nhelloX0\r\n\r\n");
  }

  @ParameterizedTest
  @MethodSource("brokenChunks")
  void aBodyThatBreaksItsFramingEndsTheConnection(String body) throws IOException {
    try (RawClient client = proxy.connect()) {
      client.send(
          "POST "
              + origin.url("/")
              + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
              + body);
      RawClient.Received answer = client.receive();
      assertThat(answer.status()).as(answer.text()).isEqualTo(400);
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void limitsAreAnsweredWithTheirStatus() throws IOException {
    assertThat(statusOf("GET http://a/" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
        .isEqualTo(414);
    assertThat(statusOf("GET http://a/ HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(70_000)))
        .isEqualTo(431);
    assertThat(statusOf("GET http://a/ HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(200)))
        .isEqualTo(431);
    assertThat(
            statusOf("PUT http://a/ HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000000000\r\n\r\n"))
        .isEqualTo(413);
  }

  private int statusOf(String request) throws IOException {
    try (RawClient client = proxy.connect()) {
      client.send(request);
      int status = client.receive().status();
      assertThat(client.isAtEnd()).isTrue();
      return status;
    }
  }

  @Test
  void aHeadThatDribblesIsRefusedAfterItsDeadline() throws IOException {
    try (TestProxy impatient = new TestProxy(TestProxy.impatient());
        RawClient client = impatient.connect()) {
      client.send("GET http://a/ HTTP/1.1\r\nHost");
      assertThat(client.receive().status()).isEqualTo(408);
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void aConnectionThatAsksNothingIsClosed() throws IOException {
    try (TestProxy impatient = new TestProxy(TestProxy.impatient());
        RawClient client = impatient.connect()) {
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void aBodyThatStandsStillIsRefused() throws IOException {
    try (TestProxy impatient = new TestProxy(TestProxy.impatient());
        RawClient client = impatient.connect()) {
      client.send(
          "POST " + origin.url("/") + " HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
      assertThat(client.receive().status()).isEqualTo(408);
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void oneAddressGetsItsShareOfConnectionsAndNoMore() throws IOException {
    Limits usual = Limits.DEFAULT;
    Limits two =
        new Limits(
            usual.requestLineBytes(),
            usual.headBytes(),
            usual.fieldCount(),
            usual.bodyBytes(),
            2,
            usual.requestsPerConnection(),
            usual.headMillis(),
            usual.idleMillis(),
            usual.bodyStallMillis(),
            usual.minBytesPerSecond(),
            usual.writeStallMillis(),
            usual.tunnelIdleMillis(),
            usual.connectMillis(),
            usual.lingerMillis());
    try (TestProxy small = new TestProxy(two);
        RawClient first = small.connect();
        RawClient second = small.connect();
        RawClient third = small.connect()) {
      assertThat(third.receive().status()).isEqualTo(503);
      assertThat(first.send(self(small)).receive().status()).isEqualTo(200);
      assertThat(second.send(self(small)).receive().status()).isEqualTo(200);
    }
  }

  private static String self(TestProxy proxy) {
    return "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + proxy.address().getPort() + "\r\n\r\n";
  }

  @Test
  void onlyTheProxysOwnNamesReachTheProxyItself() throws IOException {
    int port = proxy.address().getPort();
    for (String host : new String[] {"127.0.0.1:" + port, "[::1]:" + port, "LocalHost:" + port}) {
      assertThat(statusOfSelf(host)).isEqualTo(200);
    }
    for (String host :
        new String[] {"evil.example:" + port, "127.0.0.1", "127.0.0.1:1", "localhost.:" + port}) {
      assertThat(statusOfSelf(host)).isEqualTo(421);
    }
  }

  private int statusOfSelf(String host) throws IOException {
    try (RawClient client = proxy.connect()) {
      return client.send("GET /status HTTP/1.1\r\nHost: " + host + "\r\n\r\n").receive().status();
    }
  }

  @Test
  void theProxyCannotBeReachedThroughItself() throws IOException {
    int port = proxy.address().getPort();
    try (RawClient client = proxy.connect()) {
      client.send("GET http://localhost:" + port + "/status HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.receive().status()).isEqualTo(508);
      client.send("CONNECT 127.0.0.1:" + port + " HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.receive().status()).isEqualTo(508);
    }
  }

  @Test
  void aRequestThatComesBackIsALoop() throws IOException {
    origin.enqueue(new MockResponse.Builder().build());
    try (RawClient client = proxy.connect()) {
      client.send("GET " + origin.url("/") + " HTTP/1.1\r\nHost: a\r\n\r\n");
      String via = client.receive().field("Via");
      client.send("GET " + origin.url("/") + " HTTP/1.1\r\nHost: a\r\nVia: " + via + "\r\n\r\n");
      assertThat(client.receive().status()).isEqualTo(508);
    }
    assertThat(origin.getRequestCount()).isEqualTo(1);
  }
}
