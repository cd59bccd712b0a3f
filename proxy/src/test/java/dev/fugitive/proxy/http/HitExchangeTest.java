package dev.fugitive.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.fetch.FetchSummary;
import dev.fugitive.client.fetch.FetchTotals;
import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.fetch.NodeSettings;
import dev.fugitive.proxy.http.FrontEndSettings.Limits;
import dev.fugitive.proxy.http.RawClient.Received;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Call;
import okhttp3.Headers;
import okio.Buffer;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers from memory, sent on the event loop, beside those that the fetch path gives. */
@Timeout(20)
final class HitExchangeTest {
  private static final ByteString SHORT = randomBytes(1_000);
  private static final ByteString LONG = randomBytes(1 << 20);

  private final MockWebServer origin = new MockWebServer();
  private final AtomicInteger pathCalls = new AtomicInteger();
  private FugitiveNode node;
  private TestProxy proxy;
  private TestProxy slowly;

  @BeforeEach
  void start() throws IOException {
    origin.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return answer(request.getUrl().encodedPath());
          }
        });
    origin.start();
    node = FugitiveNode.start(NodeSettings.inMemory().withSharing(false));
    Call.Factory path = node.asSent();
    proxy =
        new TestProxy(
            Limits.DEFAULT,
            request -> {
              pathCalls.incrementAndGet();
              return path.newCall(request);
            },
            node::memoryHits);
    slowly = new TestProxy(Limits.DEFAULT, path);
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    slowly.close();
    node.close();
    origin.close();
  }

  private static MockResponse answer(String path) {
    MockResponse.Builder answer =
        new MockResponse.Builder()
            .headers(new Headers.Builder().addUnsafeNonAscii("X-Name", "é").build())
            .addHeader("ETag", "\"1\"")
            .addHeader("Connection", "X-Hop")
            .addHeader("X-Hop", "1");
    return switch (path) {
      case "/short" -> answer.addHeader("Cache-Control", "max-age=600").body(body(SHORT)).build();
      case "/long" -> answer.addHeader("Cache-Control", "max-age=600").body(body(LONG)).build();
      case "/empty" -> answer.code(204).addHeader("Cache-Control", "max-age=600").build();
      case "/varied" ->
          answer
              .addHeader("Cache-Control", "max-age=600")
              .addHeader("Vary", "X-Kind")
              .body(body(SHORT))
              .build();
      default -> answer.addHeader("Cache-Control", "no-cache").body(body(SHORT)).build();
    };
  }

  private static Buffer body(ByteString bytes) {
    return new Buffer().write(bytes);
  }

  private static ByteString randomBytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return ByteString.of(bytes);
  }

  private String request(String path, String fields) {
    String host = origin.getHostName() + ":" + origin.getPort();
    return "GET http://" + host + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n";
  }

  private Received ask(TestProxy through, String request) throws IOException {
    try (RawClient client = through.connect()) {
      return client.send(request).receive();
    }
  }

  /** Asks until the answer is stored, which it is a moment after it was given. */
  private void warm(String path) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() ->
            ask(slowly, request(path, ""))
                .field("Cache-Status")
                .matches("Fugitive; (hit|fwd=stale).*"));
  }

  /** The fields of which two answers a moment apart may differ are left out. */
  private static Map<String, String> lasting(Received received) {
    Map<String, String> fields = new HashMap<>(received.fields());
    fields.remove("age");
    fields.computeIfPresent("cache-status", (name, value) -> value.replaceAll("ttl=\\d+", "ttl"));
    fields.computeIfPresent("via", (name, value) -> value.replaceAll("fugitive-\\w+", "fugitive"));
    return fields;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/short",
        "/long",
        "/empty",
        "/short Range: bytes=10-19",
        "/long Range: bytes=65535-200000",
        "/short If-None-Match: \"1\"",
        "/short If-None-Match: \"2\"",
        "/short Cache-Control: only-if-cached",
        "/short If-Range: \"1\"",
      })
  void anAnswerFromMemoryIsTheOneThatTheFetchPathGives(String asked) throws IOException {
    String path = asked.split(" ", 2)[0];
    warm(path);
    String fields = asked.equals(path) ? "" : asked.substring(path.length() + 1) + "\r\n";
    Received fast = ask(proxy, request(path, fields));
    Received slow = ask(slowly, request(path, fields));
    assertThat(pathCalls).hasValue(0);
    assertThat(fast.status()).isEqualTo(slow.status());
    assertThat(fast.body()).isEqualTo(slow.body());
    assertThat(lasting(fast)).isEqualTo(lasting(slow));
    assertThat(fast.field("Age")).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/unknown",
        "/validated",
        "/short Cache-Control: no-cache",
        "/short Authorization: Basic eA==",
        "/short Fugitive-Integrity: sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=",
        "/short If-Match: \"1\"",
        "/varied X-Kind: other",
        "/short Connection: close",
      })
  void whatNeedsMoreThanMemoryTakesTheFetchPath(String asked) throws IOException {
    String path = asked.split(" ", 2)[0];
    if (!path.equals("/unknown")) {
      warm(path);
    }
    String fields = asked.equals(path) ? "" : asked.substring(path.length() + 1) + "\r\n";
    ask(proxy, request(path, fields));
    assertThat(pathCalls).hasValue(1);
  }

  @Test
  void everyHitIsCountedAsTheFetchPathCounts() throws IOException {
    warm("/short");
    FetchTotals totals = node.status().fetches();
    long started = totals.started();
    long bytes = totals.bytes(Provenance.MEMORY);
    for (int i = 0; i < 5; i++) {
      assertThat(ask(proxy, request("/short", "")).field("Fugitive-Source"))
          .isEqualTo("memory=1000, disk=0, tier1=0, tier2=0, origin=0");
    }
    assertThat(pathCalls).hasValue(0);
    assertThat(totals.started()).isEqualTo(started + 5);
    assertThat(totals.bytes(Provenance.MEMORY)).isEqualTo(bytes + 5_000);
    assertThat(totals.ended(FetchSummary.End.COMPLETE)).isEqualTo(started + 5);
    assertThat(proxy.counts().fetches().sum()).isEqualTo(5);
  }

  @Test
  void manyPipelinedRequestsAreAnsweredInOrder() throws IOException {
    warm("/short");
    warm("/long");
    try (RawClient client = proxy.connect()) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 50; i++) {
        all.append(request("/short", "")).append(request("/long", ""));
      }
      client.send(all.toString());
      for (int i = 0; i < 50; i++) {
        assertThat(client.receive().body()).isEqualTo(SHORT);
        assertThat(client.receive().body()).isEqualTo(LONG);
      }
    }
    assertThat(pathCalls).hasValue(0);
  }

  @Test
  void aClientThatLeavesInTheMiddleIsCountedAsAbandoned() throws IOException {
    warm("/long");
    FetchTotals totals = node.status().fetches();
    try (RawClient client = new RawClient(proxy.address(), 4096)) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        all.append(request("/long", ""));
      }
      client.send(all.toString()).line();
      client.vanish();
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> totals.ended(FetchSummary.End.ABANDONED) == 1);
    assertThat(totals.started())
        .isEqualTo(totals.ended(FetchSummary.End.COMPLETE) + 1)
        .isLessThan(20);
  }

  @Test
  void aClientThatReadsNothingIsLeft() throws IOException {
    warm("/long");
    try (TestProxy impatient =
            new TestProxy(TestProxy.impatient(), node.asSent(), node::memoryHits);
        RawClient client = new RawClient(impatient.address(), 4096)) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        all.append(request("/long", ""));
      }
      client.send(all.toString());
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> impatient.counts().openConnections().sum() == 0);
    }
  }
}
