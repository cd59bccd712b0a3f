package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.trust.FugitiveSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the publisher's own documents name comes from a stranger; nobody's key is trusted. */
class DocumentEvidenceTest {
  private static final int LENGTH = 200_000;
  private static final Headers PLAIN = Headers.of();

  private final Map<String, Published> published = new ConcurrentHashMap<>();
  private final MockWebServer site = server();
  private final MockWebServer cdn = server();
  private final ByteString body = TestNodes.body(LENGTH);
  private TestNodes nodes;
  private FugitiveNode alice;
  private FugitiveNode bob;

  private record Published(String type, ByteString body) {}

  private MockWebServer server() {
    MockWebServer server = new MockWebServer();
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            Published found = published.get(server.url(request.getTarget()).toString());
            return found == null
                ? new MockResponse.Builder().code(404).build()
                : HeadAware.answer(
                    request,
                    new MockResponse.Builder()
                        .addHeader("Cache-Control", "max-age=60")
                        .addHeader("Content-Type", found.type()),
                    found.body());
          }
        });
    return server;
  }

  @BeforeEach
  void start() throws IOException {
    site.start();
    cdn.start();
    nodes = new TestNodes(site.getHostName());
    alice = nodes.start();
    bob = nodes.start();
  }

  @AfterEach
  void close() throws IOException {
    nodes.close();
    site.close();
    cdn.close();
  }

  @Test
  void aTarballIsWhatThePackumentSays() throws IOException {
    String tarball = site.url("/pkg/-/pkg-1.0.0.tgz").toString();
    publish(tarball, "application/octet-stream", body);
    publish(site.url("/pkg").toString(), "application/json", packument(tarball));
    get(alice, site.url("/pkg").toString(), PLAIN);
    get(alice, tarball, PLAIN);
    awaitClaim(new Digest(Digest.Algorithm.SHA_512, body.sha512()));

    get(bob, site.url("/pkg").toString(), PLAIN);
    Answer answer = get(bob, tarball, PLAIN);

    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.source().from(Provenance.TIER1)).isEqualTo(LENGTH);
    assertThat(answer.source().from(Provenance.ORIGIN)).isZero();
  }

  @Test
  void aScriptIsWhatThePageSaysForThatPageAlone() throws IOException {
    String script = cdn.url("/app.js").toString();
    publish(script, "text/javascript", body);
    publish(site.url("/").toString(), "text/html", page(script, body));
    Headers fromPage = Headers.of("Origin", "http://" + site.getHostName() + ":" + site.getPort());
    get(alice, site.url("/").toString(), PLAIN);
    get(alice, script, fromPage);
    awaitClaim(new Digest(Digest.Algorithm.SHA_256, body.sha256()));

    get(bob, site.url("/").toString(), PLAIN);

    assertThat(get(bob, script, fromPage).source().from(Provenance.TIER1)).isEqualTo(LENGTH);
    // another page, or none, did not choose to believe it, nor is it kept for them
    Headers another = Headers.of("Origin", "http://another.example");
    assertThat(get(bob, script, another).source().from(Provenance.ORIGIN)).isEqualTo(LENGTH);
  }

  @Test
  void aPageDoesNotMakeAnothersRequestBeAnsweredByItsWord() throws IOException {
    ByteString evil = TestNodes.body(LENGTH + 1);
    String script = cdn.url("/app.js").toString();
    publish(script, "text/javascript", evil);
    publish(site.url("/evil").toString(), "text/html", page(script, evil));
    Headers fromEvil = Headers.of("Origin", "http://" + site.getHostName() + ":" + site.getPort());
    get(alice, site.url("/evil").toString(), PLAIN);
    get(alice, script, fromEvil);
    awaitClaim(new Digest(Digest.Algorithm.SHA_256, evil.sha256()));
    publish(script, "text/javascript", body);

    get(bob, site.url("/evil").toString(), PLAIN);

    String own = "http://" + cdn.getHostName() + ":" + cdn.getPort();
    assertThat(get(bob, script, Headers.of("Referer", own + "/x")).body()).isEqualTo(body);
    assertThat(get(bob, script, PLAIN).body()).isEqualTo(body);
  }

  @Test
  void theOriginsBytesShowWhichOfTwoDocumentsIsWrong() throws IOException {
    String file = twoDocumentsAbout(body, ByteString.encodeUtf8("another"));

    get(bob, file, PLAIN);

    awaitContradictionAt(bob, file);
  }

  @Test
  void peersBytesShowWhichOfTwoDocumentsIsWrong() throws IOException {
    String file = site.url("/d/a.iso").toString();
    publish(file, "application/octet-stream", body);
    publish(site.url("/d/SHA256SUMS").toString(), "text/plain", sums(body.sha256()));
    get(alice, site.url("/d/SHA256SUMS").toString(), PLAIN);
    get(alice, file, PLAIN);
    awaitClaim(new Digest(Digest.Algorithm.SHA_256, body.sha256()));
    twoDocumentsAbout(body, ByteString.encodeUtf8("another"));

    assertThat(get(bob, file, PLAIN).source().from(Provenance.TIER1)).isEqualTo(LENGTH);

    awaitContradictionAt(bob, file);
  }

  /** One names the SHA-256 of what is right, the other the SHA-512 of what is wrong. */
  private String twoDocumentsAbout(ByteString right, ByteString wrong) throws IOException {
    String file = site.url("/d/a.iso").toString();
    publish(file, "application/octet-stream", right);
    publish(site.url("/d/SHA256SUMS").toString(), "text/plain", sums(right.sha256()));
    publish(site.url("/d/SHA512SUMS").toString(), "text/plain", sums(wrong.sha512()));
    get(bob, site.url("/d/SHA256SUMS").toString(), PLAIN);
    get(bob, site.url("/d/SHA512SUMS").toString(), PLAIN);
    return file;
  }

  private static ByteString sums(ByteString digest) {
    return ByteString.encodeUtf8(digest.hex() + "  a.iso\n");
  }

  private static void awaitContradictionAt(FugitiveNode node, String url) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          assertThat(node.status().trust().contradictions())
              .singleElement()
              .satisfies(noticed -> {
                assertThat(noticed.url()).isEqualTo(url);
                assertThat(noticed.documents()).isTrue();
              });
          assertThat(node.status().documents().contradictions()).isEqualTo(1);
        });
  }

  private static ByteString page(String script, ByteString body) {
    return ByteString.encodeUtf8(
        "<!doctype html><script src='%s' crossorigin integrity='sha256-%s'></script>"
            .formatted(script, body.sha256().base64()));
  }

  private ByteString packument(String tarball) {
    return ByteString.encodeUtf8(
        """
        {"name": "pkg", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": {"name": "pkg",
        "dist": {"shasum": "0", "tarball": "%s", "integrity": "sha512-%s"}}}}
        """
            .formatted(tarball, body.sha512().base64()));
  }

  private void publish(String url, String type, ByteString bytes) {
    published.put(url, new Published(type, bytes));
  }

  private record Answer(ByteString body, FugitiveSource source) {}

  private static Answer get(FugitiveNode node, String url, Headers headers) throws IOException {
    Request request = new Request.Builder().url(url).headers(headers).build();
    try (Response response = node.asSent().newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(200);
      FugitiveSource source =
          FugitiveSource.parse(List.of(String.valueOf(response.header(FugitiveSource.FIELD))))
              .orElseThrow();
      return new Answer(response.body().byteString(), source);
    }
  }

  private void awaitClaim(Digest digest) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> !bob.peerNetwork().routing().holdersOf(digest).isEmpty());
  }
}
