package dev.fugitive.client.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.client.fetch.FetchListener;
import dev.fugitive.client.fetch.FetchOptions;
import dev.fugitive.client.fetch.FetchSummary;
import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.fetch.IntegrityException;
import dev.fugitive.client.fetch.NodeSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.WebSocketListener;
import okio.Buffer;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs of the JDK's client do besides plain conversations. */
class FugitiveHttpClientTest {
  private static final ByteString BODY = body();

  private final MockWebServer origin = new MockWebServer();
  private FugitiveNode node;
  private HttpClient client;

  @TempDir Path directory;

  @BeforeEach
  void start() throws IOException {
    origin.start();
    node = FugitiveNode.start(NodeSettings.inMemory());
    client = FugitiveHttpClient.of(node);
  }

  @AfterEach
  void close() throws IOException {
    client.shutdownNow();
    node.close();
    origin.close();
  }

  @Test
  void everyBodyHandlerGetsTheWholeBody() throws Exception {
    Path file = directory.resolve("file");
    Buffer consumed = new Buffer();

    assertThat(ByteString.of(get(BodyHandlers.ofByteArray()).body())).isEqualTo(BODY);
    assertThat(get(BodyHandlers.ofFile(file)).body()).isEqualTo(file);
    assertThat(ByteString.of(Files.readAllBytes(file))).isEqualTo(BODY);
    try (InputStream stream = get(BodyHandlers.ofInputStream()).body()) {
      assertThat(ByteString.of(stream.readAllBytes())).isEqualTo(BODY);
    }
    get(
        BodyHandlers.ofByteArrayConsumer(
            block -> block.ifPresent(bytes -> consumed.write(bytes, 0, bytes.length))));
    assertThat(consumed.readByteString()).isEqualTo(BODY);
    assertThat(get(BodyHandlers.replacing("x")).body()).isEqualTo("x");
    assertThat(get(BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    assertThat(get(BodyHandlers.buffering(BodyHandlers.ofByteArray(), 1000)).body())
        .hasSize(BODY.size());
    assertThat(get(info -> mapped()).body()).isEqualTo(BODY.size());
    Gathering gathering = new Gathering(1);
    get(BodyHandlers.fromSubscriber(gathering));
    assertThat(gathering.bytes.readByteString()).isEqualTo(BODY);
  }

  private static BodySubscriber<Integer> mapped() {
    return BodySubscribers.mapping(BodySubscribers.ofByteArray(), bytes -> bytes.length);
  }

  @Test
  void textAndLinesAreDecoded() throws Exception {
    for (int i = 0; i < 2; i++) {
      origin.enqueue(
          new MockResponse.Builder()
              .addHeader("Content-Type", "text/plain; charset=utf-8")
              .body("grün\nblau")
              .build());
    }
    assertThat(client.send(request("/text"), BodyHandlers.ofString()).body())
        .isEqualTo("grün\nblau");
    try (Stream<String> lines = client.send(request("/text"), BodyHandlers.ofLines()).body()) {
      assertThat(lines).containsExactly("grün", "blau");
    }
  }

  @Test
  void noMoreIsGivenThanWasAskedFor() throws Exception {
    origin.enqueue(new MockResponse.Builder().body(new Buffer().write(BODY)).build());
    Gathering idle = new Gathering(0);
    CompletableFuture<HttpResponse<Void>> response =
        client.sendAsync(request("/a"), BodyHandlers.fromSubscriber(idle));
    Flow.Subscription subscription = idle.subscription.get(10, TimeUnit.SECONDS);
    assertThat(idle.blocks).hasValue(0);

    subscription.request(2);
    Awaitility.await().until(() -> idle.blocks.get() == 2);
    assertThat(response).isNotDone();
    subscription.request(Long.MAX_VALUE);
    assertThat(response.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(idle.bytes.readByteString()).isEqualTo(BODY);
  }

  @Test
  void askingForNothingIsAMistakeThatTheSubscriberHears() throws Exception {
    origin.enqueue(new MockResponse.Builder().body(new Buffer().write(BODY)).build());
    Gathering wrong = new Gathering(0);
    CompletableFuture<HttpResponse<Void>> response =
        client.sendAsync(request("/a"), BodyHandlers.fromSubscriber(wrong));
    wrong.subscription.get(10, TimeUnit.SECONDS).request(0);

    assertThatThrownBy(() -> response.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aStreamThatIsClosedEarlyEndsTheFetch() throws Exception {
    CompletableFuture<FetchSummary> end = new CompletableFuture<>();
    origin.enqueue(slow());
    HttpRequest request =
        FugitiveHttpClient.with(FetchOptions.NONE.withListener(ending(end)), request("/a"));
    try (InputStream stream = client.send(request, BodyHandlers.ofInputStream()).body()) {
      assertThat(stream.read()).isNotNegative();
    }

    assertThat(end.get(10, TimeUnit.SECONDS).end()).isNotEqualTo(FetchSummary.End.COMPLETE);
  }

  @Test
  void cancellingAFutureEndsItsExchange() throws Exception {
    CompletableFuture<FetchSummary> end = new CompletableFuture<>();
    origin.enqueue(slow());
    HttpRequest request =
        FugitiveHttpClient.with(FetchOptions.NONE.withListener(ending(end)), request("/a"));
    CompletableFuture<Integer> dependent =
        client.sendAsync(request, BodyHandlers.ofString()).thenApply(HttpResponse::statusCode);
    origin.takeRequest(10, TimeUnit.SECONDS);
    dependent.cancel(true);

    assertThatThrownBy(dependent::get).isInstanceOf(CancellationException.class);
    assertThat(end.get(10, TimeUnit.SECONDS).end()).isNotEqualTo(FetchSummary.End.COMPLETE);
  }

  @Test
  void cancellingEndsAPublisherThatSaysNothing() throws Exception {
    CompletableFuture<Void> cancelled = new CompletableFuture<>();
    HttpRequest request =
        HttpRequest.newBuilder(origin.url("/a").uri())
            .POST(
                BodyPublishers.fromPublisher(subscriber ->
                    subscriber.onSubscribe(
                        new Flow.Subscription() {
                          @Override
                          public void request(long count) {}

                          @Override
                          public void cancel() {
                            cancelled.complete(null);
                          }
                        })))
            .build();
    CompletableFuture<HttpResponse<Void>> response =
        client.sendAsync(request, BodyHandlers.discarding());
    origin.getRequestCount();
    response.cancel(true);
    client.shutdown();

    assertThat(client.awaitTermination(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void whatABodyHandlerThrowsIsTheFailure() {
    origin.enqueue(new MockResponse.Builder().build());

    assertThatThrownBy(() ->
            client.send(
                request("/a"),
                info -> {
                  throw new IllegalArgumentException("not this one");
                }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not this one");
  }

  @Test
  void theSecondRequestIsAnsweredByTheCache() throws Exception {
    origin.enqueue(
        new MockResponse.Builder().addHeader("Cache-Control", "max-age=60").body("a").build());
    client.send(request("/a"), BodyHandlers.ofString());
    Awaitility.await()
        .until(() -> {
          HttpRequest again =
              FugitiveHttpClient.with(FetchOptions.NONE.withOffline(true), request("/a"));
          return client.send(again, BodyHandlers.ofString()).statusCode() == 200;
        });

    HttpResponse<String> second = client.send(request("/a"), BodyHandlers.ofString());
    assertThat(second.body()).isEqualTo("a");
    assertThat(second.headers().firstValue("Cache-Status").orElseThrow()).contains("hit");
    assertThat(second.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    assertThat(origin.getRequestCount()).isEqualTo(1);
  }

  @Test
  void aBodyWithoutTheDigestFails() {
    origin.enqueue(new MockResponse.Builder().body("another").build());
    HttpRequest request =
        FugitiveHttpClient.with(
            FetchOptions.NONE.withIntegrity("sha256-" + BODY.sha256().base64()), request("/a"));

    assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
        .isInstanceOf(IntegrityException.class);
  }

  @Test
  void restrictedFieldsAreRefused() {
    HttpRequest request =
        new ForwardingRequest(request("/a")) {
          @Override
          public HttpHeaders headers() {
            return HttpHeaders.of(Map.of("Host", List.of("other")), (n, v) -> true);
          }
        };

    assertThatThrownBy(() -> client.send(request, BodyHandlers.discarding()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Host");
  }

  @Test
  void aGetWithABodyIsRefused() {
    HttpRequest request =
        HttpRequest.newBuilder(origin.url("/a").uri())
            .method("GET", BodyPublishers.ofString("x"))
            .build();

    assertThatThrownBy(() -> client.send(request, BodyHandlers.discarding()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("with a body");
  }

  @Test
  void settingsThatTheNodeWouldNotUseAreRefused() throws Exception {
    SSLContext own = SSLContext.getInstance("TLS");
    own.init(null, null, null);
    try (HttpClient tls = HttpClient.newBuilder().sslContext(own).build();
        HttpClient proxied = HttpClient.newBuilder().proxy(ProxySelector.getDefault()).build()) {
      assertThatThrownBy(() -> FugitiveHttpClient.of(node, tls))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("SSLContext");
      assertThatThrownBy(() -> FugitiveHttpClient.of(node, proxied))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("proxy");
    }
  }

  @Test
  void whatDependsOnAResponseRunsOnTheProgramsExecutor() throws Exception {
    origin.enqueue(new MockResponse.Builder().build());
    List<String> ran = new CopyOnWriteArrayList<>();
    try (HttpClient settings =
            HttpClient.newBuilder()
                .executor(task ->
                    Thread.ofVirtual()
                        .name("programs")
                        .start(() -> {
                          ran.add(Thread.currentThread().getName());
                          task.run();
                        }))
                .build();
        HttpClient onIt = FugitiveHttpClient.of(node, settings)) {
      onIt.sendAsync(request("/a"), BodyHandlers.discarding()).get(10, TimeUnit.SECONDS);
    }
    assertThat(ran).contains("programs");
  }

  @Test
  void shuttingDownLetsWhatWasSentEnd() throws Exception {
    origin.enqueue(
        new MockResponse.Builder().headersDelay(200, TimeUnit.MILLISECONDS).body("a").build());
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(request("/a"), BodyHandlers.ofString());
    client.shutdown();

    assertThatThrownBy(() -> client.send(request("/b"), BodyHandlers.ofString()))
        .isInstanceOf(IOException.class)
        .hasMessage("closed");
    assertThat(response.get(10, TimeUnit.SECONDS).body()).isEqualTo("a");
    assertThat(client.awaitTermination(Duration.ofSeconds(10))).isTrue();
    assertThat(client.isTerminated()).isTrue();
  }

  @Test
  void shuttingDownNowEndsWhatWasSent() throws Exception {
    origin.enqueue(slow());
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(request("/a"), BodyHandlers.ofString());
    origin.takeRequest(10, TimeUnit.SECONDS);
    assertThat(client.awaitTermination(Duration.ZERO)).isFalse();
    client.shutdownNow();

    assertThatThrownBy(() -> response.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IOException.class);
    assertThat(client.awaitTermination(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void webSocketsGoStraightToTheirServer() throws Exception {
    origin.enqueue(
        new MockResponse.Builder()
            .webSocketUpgrade(
                new WebSocketListener() {
                  @Override
                  public void onOpen(okhttp3.WebSocket socket, okhttp3.Response response) {
                    socket.send("hello");
                    socket.close(1000, "");
                  }
                })
            .build());
    CompletableFuture<String> heard = new CompletableFuture<>();
    var unused =
        client
            .newWebSocketBuilder()
            .buildAsync(
                URI.create("ws://" + origin.getHostName() + ":" + origin.getPort() + "/"),
                new WebSocket.Listener() {
                  @Override
                  public @Nullable CompletionStage<?> onText(
                      WebSocket socket, CharSequence text, boolean last) {
                    heard.complete(text.toString());
                    return null;
                  }
                });

    assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo("hello");
  }

  private static MockResponse slow() {
    return new MockResponse.Builder()
        .body(new Buffer().write(BODY))
        .throttleBody(32 * 1024, 5, TimeUnit.SECONDS)
        .build();
  }

  private static FetchListener ending(CompletableFuture<FetchSummary> end) {
    return new FetchListener() {
      @Override
      public void fetchEnd(long fetchId, FetchSummary summary) {
        end.complete(summary);
      }
    };
  }

  private <T> HttpResponse<T> get(BodyHandler<T> handler) throws Exception {
    origin.enqueue(new MockResponse.Builder().body(new Buffer().write(BODY)).build());
    return client.send(request("/a"), handler);
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(origin.url(path).uri()).build();
  }

  private static ByteString body() {
    byte[] bytes = new byte[200_000];
    new Random(1).nextBytes(bytes);
    return ByteString.of(bytes);
  }

  /** Gathers what comes, and asks for so much at the start. */
  private static final class Gathering implements Flow.Subscriber<List<ByteBuffer>> {
    private final long demand;
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private final AtomicInteger blocks = new AtomicInteger();
    private final Buffer bytes = new Buffer();

    Gathering(long demand) {
      this.demand = demand;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription.complete(given);
      if (demand > 0) {
        given.request(demand);
      }
    }

    @Override
    public void onNext(List<ByteBuffer> some) {
      List<ByteBuffer> all = new ArrayList<>(some);
      all.forEach(block -> {
        try {
          bytes.write(block);
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });
      blocks.incrementAndGet();
      if (demand > 0) {
        subscription.join().request(demand);
      }
    }

    @Override
    public void onError(Throwable why) {}

    @Override
    public void onComplete() {}
  }
}
