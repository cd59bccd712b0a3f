package dev.fugitive.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fugitive.proxy.http.FrontEndSettings.Limits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Proxy;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.Buffer;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients see of a proxy that decrypts one host. */
final class DecryptionTest {
  @TempDir Path directory;

  private final MockWebServer origin = new MockWebServer();
  private final List<OkHttpClient> clients = new ArrayList<>();
  private DecryptingProxy proxy;

  @BeforeEach
  void start() throws IOException {
    proxy = new DecryptingProxy(directory, Limits.DEFAULT);
    origin.useHttps(proxy.originCertificate("localhost").sslSocketFactory());
    origin.start();
  }

  @AfterEach
  void stop() {
    for (OkHttpClient client : clients) {
      client.dispatcher().executorService().shutdown();
      client.connectionPool().evictAll();
    }
    proxy.close();
    origin.close();
  }

  private String url(String path) {
    return "https://localhost:" + origin.getPort() + path;
  }

  private OkHttpClient client(HandshakeCertificates trust, Protocol... protocols) {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .proxy(new Proxy(Proxy.Type.HTTP, proxy.address()))
            .sslSocketFactory(trust.sslSocketFactory(), trust.trustManager())
            .protocols(List.of(protocols))
            .build();
    clients.add(client);
    return client;
  }

  private OkHttpClient trusting() {
    return client(proxy.clientTrust(), Protocol.HTTP_2, Protocol.HTTP_1_1);
  }

  private static Response get(OkHttpClient client, String url) throws IOException {
    return client.newCall(new Request.Builder().url(url).build()).execute();
  }

  private String curl(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("curl", "-q", "-sS", "--max-time", "60"));
    command.addAll(List.of("--noproxy", "", "-x", "http://127.0.0.1:" + proxy.address().getPort()));
    command.addAll(List.of("--cacert", proxy.caCertificate().toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said;
    try (InputStream out = process.getInputStream()) {
      said = new String(out.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  @Test
  void curlSpeaksHttp2Inside() throws Exception {
    origin.enqueue(new MockResponse.Builder().body("hello").build());
    assertThat(curl("-w", " %{http_version}", url("/a?b"))).isEqualTo("hello 2");
    RecordedRequest seen = origin.takeRequest();
    assertThat(seen.getTarget()).isEqualTo("/a?b");
    assertThat(seen.getHeaders().get("Via")).startsWith("2.0 ");
    assertThat(proxy.decryption().counts()).containsEntry("decrypted", 1L);
  }

  @Test
  void curlSpeaksHttp11Inside() throws Exception {
    for (int i = 0; i < 2; i++) {
      origin.enqueue(new MockResponse.Builder().body("x").build());
    }
    assertThat(curl("--http1.1", "-w", " %{http_version} %{num_connects} ", url("/a"), url("/b")))
        .isEqualTo("x 1.1 1 x 1.1 0 ");
  }

  @Test
  void curlReadsToTheCleanEndOfAConnectionThatCloses() throws Exception {
    origin.enqueue(new MockResponse.Builder().body("the end").build());
    assertThat(curl("--http1.1", "-H", "Connection: close", url("/a"))).isEqualTo("the end");
  }

  @Test
  void largeBodiesPassBothWays() throws Exception {
    byte[] body = new byte[2 << 20];
    new Random(1).nextBytes(body);
    Path upload = Files.write(directory.resolve("up"), body);
    Path download = directory.resolve("down");
    for (String version : List.of("--http2", "--http1.1")) {
      origin.enqueue(new MockResponse.Builder().body(new Buffer().write(body)).build());
      curl(version, "--data-binary", "@" + upload, "-o", download.toString(), url("/a"));
      assertThat(Files.readAllBytes(download)).isEqualTo(body);
      assertThat(origin.takeRequest().getBody()).isEqualTo(ByteString.of(body));
    }
  }

  @Test
  void aHeadAndAnUploadOfUnknownLength() throws Exception {
    origin.enqueue(new MockResponse.Builder().addHeader("Content-Length", "12345").build());
    assertThat(curl("-I", url("/a"))).contains("HTTP/2 200", "content-length: 12345");
    origin.takeRequest();
    Path upload = Files.writeString(directory.resolve("up"), "some bytes");
    origin.enqueue(new MockResponse.Builder().code(201).build());
    curl("-H", "Transfer-Encoding: chunked", "-T", upload.toString(), url("/a"));
    assertThat(origin.takeRequest().getBody()).isEqualTo(ByteString.encodeUtf8("some bytes"));
  }

  @Test
  void manyStreamsShareAConnection() throws Exception {
    int count = 60;
    for (int i = 0; i < count; i++) {
      origin.enqueue(new MockResponse.Builder().body("body").build());
    }
    OkHttpClient client = trusting();
    client.dispatcher().setMaxRequestsPerHost(count);
    get(client, url("/first")).close();
    CountDownLatch done = new CountDownLatch(count - 1);
    AtomicInteger good = new AtomicInteger();
    for (int i = 1; i < count; i++) {
      client
          .newCall(new Request.Builder().url(url("/" + i)).build())
          .enqueue(
              new Callback() {
                @Override
                public void onResponse(Call call, Response response) throws IOException {
                  if (response.body().string().equals("body")
                      && response.protocol() == Protocol.HTTP_2) {
                    good.incrementAndGet();
                  }
                  done.countDown();
                }

                @Override
                public void onFailure(Call call, IOException failure) {
                  done.countDown();
                }
              });
    }
    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(good).hasValue(count - 1);
    assertThat(proxy.decryption().counts()).containsEntry("decrypted", 1L);
  }

  @Test
  void credentialsAndCookiesReachTheOriginAsSent() throws Exception {
    origin.enqueue(
        new MockResponse.Builder()
            .addHeader("Set-Cookie", "c=d")
            .addHeader("Strict-Transport-Security", "max-age=1")
            .build());
    Request request =
        new Request.Builder()
            .url(url("/"))
            .header("Cookie", "a=1; b=2")
            .header("Authorization", "Basic eDp5")
            .build();
    try (Response answer = trusting().newCall(request).execute()) {
      assertThat(answer.header("Set-Cookie")).isEqualTo("c=d");
      assertThat(answer.header("Strict-Transport-Security")).isEqualTo("max-age=1");
    }
    RecordedRequest seen = origin.takeRequest();
    assertThat(seen.getHeaders().get("Cookie")).isEqualTo("a=1; b=2");
    assertThat(seen.getHeaders().get("Authorization")).isEqualTo("Basic eDp5");
  }

  @Test
  void aRequestForAnotherHostIsMisdirected() throws Exception {
    for (String version : List.of("--http2", "--http1.1")) {
      assertThat(curl(version, "-w", " %{http_code}", "-H", "Host: example.org", url("/a")))
          .contains("Host: example.org (expected: localhost:" + origin.getPort())
          .endsWith(" 421");
    }
    assertThat(origin.getRequestCount()).isZero();
  }

  @Test
  void insideATunnelNobodyElseIsReached() throws Exception {
    try (MockWebServer secret = new MockWebServer()) {
      secret.start();
      String own = "localhost:" + origin.getPort();
      String elsewhere = "127.0.0.1:" + secret.getPort();
      for (String request :
          List.of(
              "GET http://" + elsewhere + "/ HTTP/1.1\r\nHost: " + elsewhere,
              "GET http://" + elsewhere + "/ HTTP/1.1\r\nHost: " + own,
              "GET https://" + elsewhere + "/ HTTP/1.1\r\nHost: " + own,
              "GET http://169.254.169.254/latest/ HTTP/1.1\r\nHost: " + own,
              "GET / HTTP/1.1\r\nHost: " + elsewhere,
              "GET / HTTP/1.1\r\nHost: 169.254.169.254",
              "CONNECT " + elsewhere + " HTTP/1.1\r\nHost: " + elsewhere)) {
        assertThat(statusInside(request)).as(request).startsWith("HTTP/1.1 421 ");
      }
      assertThat(secret.getRequestCount()).isZero();
    }
    assertThat(origin.getRequestCount()).isZero();
  }

  private String statusInside(String request) throws IOException {
    try (Socket plain = new Socket(proxy.address().getAddress(), proxy.address().getPort())) {
      plain.setSoTimeout(20_000);
      String connect = "CONNECT localhost:" + origin.getPort() + " HTTP/1.1\r\nHost: a\r\n\r\n";
      plain.getOutputStream().write(connect.getBytes(StandardCharsets.US_ASCII));
      plain.getInputStream().readNBytes("HTTP/1.1 200 Connection established\r\n\r\n".length());
      try (Socket inside =
          proxy
              .clientTrust()
              .sslSocketFactory()
              .createSocket(plain, "localhost", origin.getPort(), true)) {
        inside.getOutputStream().write((request + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return new BufferedReader(
                new InputStreamReader(inside.getInputStream(), StandardCharsets.ISO_8859_1))
            .readLine();
      }
    }
  }

  @Test
  void anOriginWhoseCertificateIsFromNobodyIsNotHidden() throws Exception {
    try (MockWebServer bad = new MockWebServer()) {
      HeldCertificate selfSigned =
          new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();
      bad.useHttps(
          new HandshakeCertificates.Builder()
              .heldCertificate(selfSigned)
              .build()
              .sslSocketFactory());
      bad.start();
      assertThat(curl("-i", "https://localhost:" + bad.getPort() + "/"))
          .contains("HTTP/2 502", "proxy-status: fugitive; error=tls_certificate_error")
          .contains("localhost:" + bad.getPort())
          .contains("its certificate is from no authority that is trusted here");
      assertThat(bad.getRequestCount()).isZero();
    }
  }

  @Test
  void anOriginWithTheCertificateOfAnotherHostIsNotHidden() throws Exception {
    try (MockWebServer other = new MockWebServer()) {
      other.useHttps(proxy.originCertificate("other.example").sslSocketFactory());
      other.start();
      assertThat(curl("-i", "https://localhost:" + other.getPort() + "/"))
          .contains("HTTP/2 502", "its certificate is for another host");
    }
  }

  @Test
  void aClientThatDoesNotTrustTheCaIsTunnelledFromThenOn() throws Exception {
    origin.enqueue(new MockResponse.Builder().body("the real one").build());
    OkHttpClient pinning = client(proxy.pinningTrust(), Protocol.HTTP_1_1);
    assertThatThrownBy(() -> get(pinning, url("/"))).isInstanceOf(IOException.class);
    try (Response answer = get(pinning, url("/"))) {
      assertThat(answer.body().string()).isEqualTo("the real one");
    }
    assertThat(origin.takeRequest().getHeaders().get("Via")).isNull();
    assertThat(proxy.decryption().clients().entries())
        .singleElement()
        .satisfies(entry -> assertThat(entry.client().host()).isEqualTo("localhost"));
    assertThat(proxy.decryption().counts()).containsEntry("client-distrusts", 1L);
  }

  @Test
  void anotherProgramAtTheSameAddressIsStillDecrypted() throws Exception {
    aClientThatDoesNotTrustTheCaIsTunnelledFromThenOn();
    origin.enqueue(new MockResponse.Builder().body("read").build());
    assertThat(curl(url("/"))).isEqualTo("read");
    assertThat(proxy.decryption().counts()).containsEntry("decrypted", 2L);
  }

  @Test
  void nodeWhichClosesWithoutAWordIsTunnelledAtItsThirdTry() throws Exception {
    Path script =
        Files.writeString(
            directory.resolve("get.js"),
            """
            const http = require('http'), tls = require('tls');
            const [proxyPort, port] = process.argv.slice(2);
            http.request({port: proxyPort, method: 'CONNECT', path: 'localhost:' + port})
              .on('connect', (response, socket) => {
                const inside = tls.connect(
                  {socket, servername: 'localhost',
                   ca: require('fs').readFileSync(process.argv[4])},
                  () => { inside.end('GET / HTTP/1.1\\r\\nHost: localhost:' + port
                                     + '\\r\\nConnection: close\\r\\n\\r\\n'); });
                inside.on('data', block => process.stdout.write(block));
                inside.on('error', error => { console.log(error.code); process.exit(0); });
              }).end();
            """);
    Path ca =
        Files.writeString(
            directory.resolve("origin.pem"), proxy.originAuthority().certificatePem());
    origin.enqueue(new MockResponse.Builder().body("the real one").build());
    StringBuilder said = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      int tries = i;
      if (tries > 0) {
        await()
            .until(() ->
                proxy.decryption().clients().entries().size() == 1 || proxy.openConnections() == 0);
      }
      Process node =
          new ProcessBuilder(
                  "node",
                  script.toString(),
                  Integer.toString(proxy.address().getPort()),
                  Integer.toString(origin.getPort()),
                  ca.toString())
              .redirectErrorStream(true)
              .start();
      said.append(new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      node.waitFor();
    }
    assertThat(said).contains("the real one");
    assertThat(proxy.decryption().clients().entries()).hasSize(1);
  }

  @Test
  void aWebSocketPassesInside() throws Exception {
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
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
    WebSocket socket =
        trusting()
            .newWebSocket(
                new Request.Builder().url(url("/chat")).build(),
                new WebSocketListener() {
                  @Override
                  public void onMessage(WebSocket unused, String text) {
                    received.add(text);
                  }

                  @Override
                  public void onFailure(
                      WebSocket unused, Throwable failure, @Nullable Response response) {
                    received.add(failure + " " + response);
                  }
                });
    socket.send("ab");
    assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("abab");
    socket.cancel();
    assertThat(proxy.decryption().counts()).containsEntry("decrypted", 1L);
  }

  @Test
  void whatIsNoTlsIsPassedOnUnchanged() throws Exception {
    try (RawOrigin ssh = RawOrigin.silent();
        RawClient client = new RawClient(proxy.address())) {
      client.send("CONNECT localhost:" + ssh.port() + " HTTP/1.1\r\nHost: a\r\n\r\nSSH-2.0-x\r\n");
      assertThat(client.line()).startsWith("HTTP/1.1 200 ");
    }
    try (RawOrigin echo = new RawOrigin(exchange -> exchange.write(exchange.in().readNBytes(9)));
        RawClient client = new RawClient(proxy.address())) {
      client.send("CONNECT localhost:" + echo.port() + " HTTP/1.1\r\nHost: a\r\n\r\nSSH");
      assertThat(client.line()).startsWith("HTTP/1.1 200 ");
      client.line();
      client.send("-2.0-x");
      assertThat(client.exactly(9)).asString().isEqualTo("SSH-2.0-x");
    }
    assertThat(proxy.decryption().counts()).containsEntry("not-tls", 2L);
  }

  @Test
  void aServerThatGreetsFirstIsHeard() throws Exception {
    try (RawOrigin smtp = new RawOrigin(exchange -> exchange.write("220 hello"));
        RawClient client = new RawClient(proxy.address())) {
      client.send("CONNECT localhost:" + smtp.port() + " HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.line()).startsWith("HTTP/1.1 200 ");
      client.line();
      assertThat(client.exactly(9)).asString().isEqualTo("220 hello");
    }
    assertThat(proxy.decryption().counts()).containsEntry("server-speaks-first", 1L);
  }

  @Test
  void aHostThatWasNotNamedIsATunnel() throws Exception {
    origin.enqueue(new MockResponse.Builder().body("direct").build());
    assertThat(curl("-k", "-w", " %{ssl_verify_result}", "https://127.0.0.1:" + origin.getPort()))
        .startsWith("direct");
    assertThat(origin.takeRequest().getHeaders().get("Via")).isNull();
    assertThat(proxy.decryption().counts()).containsEntry("host-not-named", 1L);
  }

  @Test
  void aSlowReaderOfAStreamHoldsItsOriginBackAndNobodyElse() throws Exception {
    origin.enqueue(new MockResponse.Builder().body(new Buffer().write(new byte[4 << 20])).build());
    origin.enqueue(new MockResponse.Builder().body("quick").build());
    OkHttpClient client = trusting();
    try (Response slow = get(client, url("/slow"))) {
      assertThat(slow.body().source().readByte()).isZero();
      try (Response quick = get(client, url("/quick"))) {
        assertThat(quick.body().string()).isEqualTo("quick");
      }
      slow.body().source().skip((4 << 20) - 1);
      assertThat(slow.body().source().exhausted()).isTrue();
    }
  }

  @Test
  void aPostThatIsRefusedHalfwayEndsItsStreamAlone() throws Exception {
    origin.enqueue(new MockResponse.Builder().body("next").build());
    OkHttpClient client = trusting();
    Request misdirected =
        new Request.Builder()
            .url(url("/"))
            .header("Host", "example.org")
            .post(RequestBody.create(new byte[4 << 20]))
            .build();
    try (Response refused = client.newCall(misdirected).execute()) {
      assertThat(refused.code()).isEqualTo(421);
    } catch (IOException streamWasReset) {
      assertThat(streamWasReset).hasMessageContaining("stream was reset");
    }
    try (Response next = get(client, url("/"))) {
      assertThat(next.body().string()).isEqualTo("next");
    }
  }

  @Test
  void nothingIsLeftOpen() throws Exception {
    curlSpeaksHttp2Inside();
    curlSpeaksHttp11Inside();
    await().atMost(Duration.ofSeconds(10)).until(() -> proxy.openConnections() == 0);
  }
}
