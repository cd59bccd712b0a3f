package dev.fugitive.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.proxy.http.FrontEndSettings.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes through unchanged, what is taken out and what is added. */
final class ForwardingTest {
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

  private static MockResponse.Builder ok() {
    return new MockResponse.Builder();
  }

  private String get(String path, String... lines) {
    return request("GET", path, "", lines);
  }

  private String request(String method, String path, String body, String... lines) {
    StringBuilder text = new StringBuilder(method + " http://" + authority() + path);
    text.append(" HTTP/1.1\r\nHost: elsewhere.example\r\n");
    for (String line : lines) {
      text.append(line).append("\r\n");
    }
    return text.append("\r\n").append(body).toString();
  }

  private String authority() {
    return "127.0.0.1:" + origin.getPort();
  }

  private RecordedRequest taken() throws InterruptedException {
    RecordedRequest request = origin.takeRequest(10, TimeUnit.SECONDS);
    assertThat(request).isNotNull();
    return request;
  }

  @Test
  void theUrlsAuthorityReplacesTheHostField() throws Exception {
    origin.enqueue(ok().body("hello").build());
    try (RawClient client = proxy.connect()) {
      RawClient.Received answer = client.send(get("/a?b=c%2F")).receive();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).isEqualTo("hello");
      assertThat(answer.field("Content-Length")).isEqualTo("5");
      assertThat(answer.field("Via")).matches("1\\.1 fugitive-[0-9a-f]{8}");
    }
    RecordedRequest seen = taken();
    assertThat(seen.getTarget()).isEqualTo("/a?b=c%2F");
    assertThat(seen.getHeaders().values("Host")).containsExactly(authority());
    assertThat(seen.getHeaders().values("Via")).hasSize(1);
  }

  @Test
  void nothingIsAddedToARequestButVia() throws Exception {
    origin.enqueue(ok().build());
    try (RawClient client = proxy.connect()) {
      client.send(get("/")).receive();
    }
    assertThat(taken().getHeaders().names())
        .containsExactlyInAnyOrder("Host", "Via", "Connection", "Accept-Encoding");
  }

  @Test
  void fieldsOfTheHopStayOnTheHop() throws Exception {
    origin.enqueue(
        ok().body("x")
            .addHeader("Connection", "X-Origin-Hop")
            .addHeader("X-Origin-Hop", "1")
            .addHeader("Keep-Alive", "timeout=5")
            .addHeader("Proxy-Authenticate", "Basic")
            .addHeader("X-Kept", "2")
            .build());
    try (RawClient client = proxy.connect()) {
      RawClient.Received answer =
          client
              .send(
                  get(
                      "/",
                      "Connection: X-Hop, keep-alive, Cookie, Host",
                      "X-Hop: 1",
                      "Keep-Alive: 5",
                      "Proxy-Connection: keep-alive",
                      "Proxy-Authorization: Basic eA==",
                      "TE: trailers",
                      "Cookie: a=b",
                      "Upgrade: h2c"))
              .receive();
      assertThat(answer.fields()).doesNotContainKeys("x-origin-hop", "keep-alive", "connection");
      assertThat(answer.fields()).doesNotContainKey("proxy-authenticate");
      assertThat(answer.field("X-Kept")).isEqualTo("2");
    }
    assertThat(taken().getHeaders().names())
        .containsExactlyInAnyOrder("Host", "Via", "Connection", "Accept-Encoding", "Cookie");
  }

  /** RFC 9110 section 7.8: a server ignores it, so nobody could be told of the switch. */
  @Test
  void anUpgradeInHttp10IsIgnored() throws Exception {
    origin.enqueue(ok().body("x").build());
    try (RawClient client = proxy.connect()) {
      client.send(
          "GET "
              + origin.url("/")
              + " HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
      assertThat(client.receive().status()).isEqualTo(200);
    }
    assertThat(taken().getHeaders().names()).doesNotContain("Upgrade");
  }

  @Test
  void bodiesKeepTheirCoding() throws Exception {
    ByteString coded = ByteString.decodeHex("1f8b0800000000000003cb48cdc9c9070086a6103605000000");
    origin.enqueue(
        ok().addHeader("Content-Encoding", "gzip").body(new Buffer().write(coded)).build());
    try (RawClient client = proxy.connect()) {
      RawClient.Received answer = client.send(get("/", "Accept-Encoding: gzip")).receive();
      assertThat(answer.field("Content-Encoding")).isEqualTo("gzip");
      assertThat(answer.body()).isEqualTo(coded);
    }
  }

  @Test
  void fieldValuesKeepTheirBytes() throws Exception {
    origin.enqueue(ok().addHeaderLenient("X-Name", "f\u00fcr").build());
    try (RawClient client = proxy.connect()) {
      RawClient.Received answer = client.send(get("/", "X-Ask: f\u00c3\u00bcr")).receive();
      assertThat(answer.field("X-Name")).isEqualTo("f\u00c3\u00bcr");
    }
    assertThat(taken().getHeaders().get("X-Ask")).isEqualTo("f\u00fcr");
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    origin.enqueue(ok().body("one").headersDelay(200, TimeUnit.MILLISECONDS).build());
    origin.enqueue(ok().body("two").build());
    origin.enqueue(ok().body("three").build());
    try (RawClient client = proxy.connect()) {
      client.send(get("/1") + get("/2") + get("/3"));
      assertThat(client.receive().text()).isEqualTo("one");
      assertThat(client.receive().text()).isEqualTo("two");
      assertThat(client.receive().text()).isEqualTo("three");
    }
  }

  @Test
  void pipelinedBodiesStayWithTheirRequests() throws Exception {
    origin.enqueue(ok().body("one").build());
    origin.enqueue(ok().body("two").build());
    try (RawClient client = proxy.connect()) {
      client.send(
          request(
                  "POST",
                  "/1",
                  "5\r\nfirst\r\n0\r\nX-Trailer: 1\r\n\r\n",
                  "Transfer-Encoding: chunked")
              + request("PUT", "/2", "second", "Content-Length: 6"));
      assertThat(client.receive().text()).isEqualTo("one");
      assertThat(client.receive().text()).isEqualTo("two");
    }
    assertThat(taken().getBody()).isEqualTo(ByteString.encodeUtf8("first"));
    assertThat(taken().getBody()).isEqualTo(ByteString.encodeUtf8("second"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "POST", "PATCH", "DELETE", "PROPFIND", "OPTIONS", "BREW"})
  void everyMethodPassesWithItsBody(String method) throws Exception {
    origin.enqueue(ok().code(201).body("made").build());
    try (RawClient client = proxy.connect()) {
      client.send(request(method, "/x", "hello", "Content-Length: 5"));
      RawClient.Received answer = client.receive();
      assertThat(answer.status()).isEqualTo(201);
      assertThat(answer.text()).isEqualTo("made");
    }
    RecordedRequest seen = taken();
    assertThat(seen.getMethod()).isEqualTo(method);
    assertThat(seen.getBody()).isEqualTo(ByteString.encodeUtf8("hello"));
  }

  @Test
  void aGetWithABodyPassesAsItIs() throws Exception {
    try (RawOrigin echo =
            new RawOrigin(exchange -> {
              exchange.readHead();
              byte[] body = exchange.in().readNBytes(5);
              exchange.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
              exchange.write(body);
            });
        RawClient client = proxy.connect()) {
      client.send("GET " + echo.url() + " HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nquery");
      assertThat(client.receive().text()).isEqualTo("query");
    }
  }

  @Test
  void aTargetThatIsNotNormalPassesAsItIs() throws Exception {
    for (String path : new String[] {"/a/../b", "/%7Euser|x", "/a%2e", "/\"quoted\""}) {
      origin.enqueue(ok().body("found").build());
      try (RawClient client = proxy.connect()) {
        assertThat(client.send(get(path)).receive().text()).isEqualTo("found");
      }
      assertThat(taken().getTarget()).isEqualTo(path);
    }
  }

  @Test
  void optionsWithoutAPathAsksTheServer() throws Exception {
    origin.enqueue(ok().addHeader("Allow", "GET").build());
    try (RawClient client = proxy.connect()) {
      client.send(request("OPTIONS", "", "", "Max-Forwards: 3"));
      assertThat(client.receive().field("Allow")).isEqualTo("GET");
    }
    RecordedRequest seen = taken();
    assertThat(seen.getTarget()).isEqualTo("*");
    assertThat(seen.getHeaders().get("Max-Forwards")).isEqualTo("2");
  }

  @Test
  void aCountOfForwardsThatHasRunOutIsAnsweredHere() throws Exception {
    try (RawClient client = proxy.connect()) {
      client.send(request("TRACE", "/", "", "Max-Forwards: 0", "Cookie: a=b", "X-Seen: 1"));
      RawClient.Received trace = client.receive();
      assertThat(trace.status()).isEqualTo(200);
      assertThat(trace.field("Content-Type")).isEqualTo("message/http");
      assertThat(trace.text()).startsWith("TRACE http://").contains("X-Seen: 1");
      assertThat(trace.text()).doesNotContain("Cookie");
      client.send(request("OPTIONS", "/", "", "Max-Forwards: 0"));
      assertThat(client.receive().field("Allow")).contains("GET");
    }
    assertThat(origin.getRequestCount()).isZero();
  }

  @Test
  void headStatesTheLengthAndSendsNothing() throws Exception {
    origin.enqueue(ok().addHeader("Content-Length", "1000").build());
    origin.enqueue(ok().body("next").build());
    try (RawClient client = proxy.connect()) {
      RawClient.Received answer = client.send(request("HEAD", "/", "")).receive(true);
      assertThat(answer.field("Content-Length")).isEqualTo("1000");
      assertThat(client.send(get("/")).receive().text()).isEqualTo("next");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void statusesWithoutABodyHaveNone(int status) throws Exception {
    origin.enqueue(ok().code(status).clearHeaders().build());
    origin.enqueue(ok().body("next").build());
    try (RawClient client = proxy.connect()) {
      RawClient.Received answer = client.send(get("/")).receive();
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.fields()).doesNotContainKeys("content-length", "transfer-encoding");
      assertThat(client.send(get("/")).receive().text()).isEqualTo("next");
    }
  }

  @Test
  void aBodyWithoutALengthIsChunkedForANewClientAndEndsWithTheConnectionForAnOldOne()
      throws Exception {
    origin.enqueue(ok().chunkedBody("hello world", 3).build());
    origin.enqueue(ok().chunkedBody("hello world", 3).build());
    try (RawClient client = proxy.connect()) {
      RawClient.Received answer = client.send(get("/")).receive();
      assertThat(answer.field("Transfer-Encoding")).isEqualTo("chunked");
      assertThat(answer.text()).isEqualTo("hello world");
    }
    try (RawClient client = proxy.connect()) {
      client.send("GET http://" + authority() + "/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      RawClient.Received answer = client.receive();
      assertThat(answer.fields()).doesNotContainKey("transfer-encoding");
      assertThat(answer.field("Connection")).isEqualTo("close");
      assertThat(answer.text()).isEqualTo("hello world");
    }
  }

  @Test
  void anOldClientKeepsItsConnectionWhenItAsksTo() throws Exception {
    origin.enqueue(ok().body("one").build());
    origin.enqueue(ok().body("two").build());
    try (RawClient client = proxy.connect()) {
      String asking = "GET http://" + authority() + "/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
      RawClient.Received answer = client.send(asking).receive();
      assertThat(answer.field("Connection")).isEqualTo("keep-alive");
      assertThat(answer.text()).isEqualTo("one");
      client.send("GET http://" + authority() + "/ HTTP/1.0\r\n\r\n");
      assertThat(client.receive().text()).isEqualTo("two");
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void trailersReachWhoAskedForThemAndNoFieldThatComesTooLate() throws Exception {
    try (RawOrigin origin =
            new RawOrigin(exchange -> {
              assertThat(exchange.readHead()).contains("TE: trailers").contains("TE, close");
              exchange.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              exchange.write("2\r\nok\r\n0\r\nX-Sum: 7\r\n");
              exchange.write("Set-Cookie: a=b\r\nContent-Length: 9\r\n\r\n");
            });
        RawClient client = proxy.connect()) {
      client.send("GET " + origin.url() + "a|b HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n");
      for (String line = client.line(); !line.isEmpty(); line = client.line()) {
        assertThat(line).doesNotStartWith("Content-Length");
      }
      assertThat(new String(client.exactly(22), StandardCharsets.US_ASCII))
          .isEqualTo("2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n");
    }
  }

  @Test
  void redirectsAndCookiesAreTheClientsBusiness() throws Exception {
    origin.enqueue(
        ok().code(302).addHeader("Location", "/other").addHeader("Set-Cookie", "a=b").build());
    origin.enqueue(ok().body("second").build());
    try (RawClient client = proxy.connect()) {
      RawClient.Received answer = client.send(get("/")).receive();
      assertThat(answer.status()).isEqualTo(302);
      assertThat(answer.field("Set-Cookie")).isEqualTo("a=b");
      client.send(get("/")).receive();
    }
    assertThat(taken().getTarget()).isEqualTo("/");
    assertThat(taken().getHeaders().get("Cookie")).isNull();
  }

  @Test
  void anOriginThatIsNotThereIsSaidToBe() throws Exception {
    String gone = authority();
    origin.close();
    try (RawClient client = proxy.connect()) {
      RawClient.Received answer = client.send(get("/")).receive();
      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.text()).isEqualTo(gone + " refused the connection\n");
      assertThat(answer.field("Proxy-Status")).contains("connection_refused");
      client.send("GET http://nosuch.invalid/ HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.receive().status()).isEqualTo(502);
    }
  }
}
