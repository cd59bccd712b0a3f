package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Call;
import okhttp3.CertificatePinner;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.Buffer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A program's own client with a node in it. */
class InterceptorTest {
  private final MockWebServer origin = new MockWebServer();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private FugitiveNode node;
  private OkHttpClient client;

  @BeforeEach
  void start() throws IOException {
    node = LoneNode.start();
    client =
        new OkHttpClient.Builder()
            .eventListener(new Heard())
            .addInterceptor(node.interceptor())
            .build();
  }

  @AfterEach
  void close() throws IOException {
    node.close();
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
    origin.close();
  }

  @Test
  void theSecondRequestIsAnsweredByTheNode() throws IOException {
    origin.enqueue(storable("a"));
    origin.start();

    try (Response first = get("/a")) {
      assertThat(first.body().string()).isEqualTo("a");
      assertThat(first.networkResponse()).isNotNull();
      assertThat(first.cacheResponse()).isNull();
    }
    try (Response second = untilHit("/a")) {
      assertThat(second.networkResponse()).isNull();
      assertThat(Objects.requireNonNull(second.cacheResponse()).code()).isEqualTo(200);
      assertThat(second.body().string()).isEqualTo("a");
    }
    assertThat(origin.getRequestCount()).isEqualTo(1);
    assertThat(events).startsWith("start", "miss", "end").contains("hit");
  }

  @Test
  void theNodesOwnClientFindsWhatTheInterceptorFetched() throws IOException {
    origin.enqueue(storable("a"));
    origin.start();
    get("/a").close();
    untilHit("/a").close();

    try (Response response = node.client().newCall(request("/a")).execute()) {
      assertThat(response.body().string()).isEqualTo("a");
      assertThat(response.cacheResponse()).isNotNull();
    }
  }

  @Test
  void cancellingWhileTheHeadIsAwaitedEndsTheCall() throws Exception {
    origin.enqueue(
        new MockResponse.Builder().headersDelay(30, TimeUnit.SECONDS).body("late").build());
    origin.start();
    Call call = client.newCall(request("/a"));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Response> answer = threads.submit(call::execute);
      origin.takeRequest();
      call.cancel();

      assertThatThrownBy(answer::get).hasCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void cancellingWhileTheBodyIsReadEndsIt() throws Exception {
    origin.enqueue(slowBody());
    origin.start();
    Call call = client.newCall(request("/a"));
    try (Response response = call.execute()) {
      response.body().source().readByte();
      call.cancel();

      assertThatThrownBy(() -> response.body().source().readAll(new Buffer()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void theCallsTimeLimitCoversTheBody() throws IOException {
    origin.enqueue(slowBody());
    origin.start();
    OkHttpClient hasty = client.newBuilder().callTimeout(Duration.ofMillis(500)).build();

    try (Response response = hasty.newCall(request("/a")).execute()) {
      assertThatThrownBy(() -> response.body().source().readAll(new Buffer()))
          .isInstanceOf(InterruptedIOException.class)
          .hasMessage("timeout");
    }
  }

  @Test
  void theReadTimeLimitOfTheProgramsClientCounts() throws IOException {
    origin.enqueue(
        new MockResponse.Builder().headersDelay(30, TimeUnit.SECONDS).body("late").build());
    origin.start();
    OkHttpClient hasty = client.newBuilder().readTimeout(Duration.ofMillis(300)).build();

    assertThatThrownBy(() -> hasty.newCall(request("/a")).execute())
        .isInstanceOf(InterruptedIOException.class);
  }

  @Test
  void thePinsOfTheProgramsClientHold() throws IOException {
    HeldCertificate certificate =
        new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();
    origin.useHttps(
        new HandshakeCertificates.Builder()
            .heldCertificate(certificate)
            .build()
            .sslSocketFactory());
    origin.start();
    HandshakeCertificates trust =
        new HandshakeCertificates.Builder()
            .addTrustedCertificate(certificate.certificate())
            .build();
    OkHttpClient pinned =
        client
            .newBuilder()
            .sslSocketFactory(trust.sslSocketFactory(), trust.trustManager())
            .certificatePinner(
                new CertificatePinner.Builder()
                    .add("localhost", "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
                    .build())
            .build();

    assertThatThrownBy(() -> pinned.newCall(request("/a")).execute())
        .isInstanceOf(SSLPeerUnverifiedException.class);
  }

  @Test
  void anInterceptorBeforeSeesEachCallOnce() throws IOException {
    origin.enqueue(storable("a").newBuilder().code(302).addHeader("Location", "/b").build());
    origin.enqueue(storable("b"));
    origin.start();
    List<String> seen = new CopyOnWriteArrayList<>();
    OkHttpClient.Builder logging = client.newBuilder();
    logging
        .interceptors()
        .addFirst(chain -> {
          seen.add(chain.request().url().encodedPath());
          return chain.proceed(chain.request());
        });

    try (Response response = logging.build().newCall(request("/a")).execute()) {
      assertThat(response.body().string()).isEqualTo("b");
      assertThat(Objects.requireNonNull(response.priorResponse()).code()).isEqualTo(302);
    }
    assertThat(seen).containsExactly("/a");
  }

  @Test
  void anUnsafeMethodGoesOnAndMakesWhatIsStoredInvalid() throws IOException {
    origin.enqueue(storable("old"));
    origin.enqueue(new MockResponse.Builder().code(204).build());
    origin.enqueue(storable("new"));
    origin.start();
    get("/a").close();
    untilHit("/a").close();

    Request post = request("/a").newBuilder().post(RequestBody.create("x", null)).build();
    try (Response response = client.newCall(post).execute()) {
      assertThat(response.code()).isEqualTo(204);
      assertThat(response.header("Cache-Status")).isNull();
    }
    try (Response response = get("/a")) {
      assertThat(response.body().string()).isEqualTo("new");
    }
  }

  @Test
  void webSocketsPass() throws Exception {
    origin.enqueue(
        new MockResponse.Builder()
            .webSocketUpgrade(
                new WebSocketListener() {
                  @Override
                  public void onMessage(WebSocket socket, String text) {
                    socket.send(text + " back");
                    socket.close(1000, "");
                  }
                })
            .build());
    origin.start();

    assertThat(talk(client)).isEqualTo("hello back");
  }

  @Test
  void theNodesClientOpensWebSocketsToo() throws Exception {
    origin.enqueue(
        new MockResponse.Builder()
            .webSocketUpgrade(
                new WebSocketListener() {
                  @Override
                  public void onMessage(WebSocket socket, String text) {
                    socket.send(text + " back");
                    socket.close(1000, "");
                  }
                })
            .build());
    origin.start();
    node.setOffline(true);
    assertThatThrownBy(() -> talk(node.client())).hasMessageContaining("offline");

    node.setOffline(false);
    assertThat(talk(node.client())).isEqualTo("hello back");
  }

  @Test
  void withoutTheNodeTheClientGoesOnAlone() throws IOException {
    origin.enqueue(storable("a"));
    origin.start();
    node.close();

    try (Response response = get("/a")) {
      assertThat(response.body().string()).isEqualTo("a");
    }
    Request checked =
        FetchOptions.NONE
            .withIntegrity("sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=")
            .on(request("/a"));
    assertThatThrownBy(() -> client.newCall(checked).execute()).hasMessage("the node is closed");
  }

  @Test
  void offlineNothingGoesOn() throws IOException {
    origin.start();
    node.setOffline(true);
    Request post = request("/a").newBuilder().post(RequestBody.create("x", null)).build();

    for (Request request : List.of(request("/a"), post)) {
      try (Response response = client.newCall(request).execute()) {
        assertThat(response.code()).isEqualTo(504);
        assertThat(response.body().string()).startsWith("offline: " + request.method());
      }
    }
    assertThat(origin.getRequestCount()).isZero();
    assertThat(events).contains("unsatisfied");
  }

  @Test
  void asANetworkInterceptorItIsRefused() throws IOException {
    origin.start();
    OkHttpClient wrong =
        new OkHttpClient.Builder().addNetworkInterceptor(node.interceptor()).build();

    assertThatThrownBy(() -> wrong.newCall(request("/a")).execute())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("addInterceptor");
  }

  private String talk(WebSocket.Factory factory) throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    WebSocket socket =
        factory.newWebSocket(
            request("/socket"),
            new WebSocketListener() {
              @Override
              public void onMessage(WebSocket from, String text) {
                answer.complete(text);
                from.close(1000, "");
              }

              @Override
              public void onFailure(WebSocket from, Throwable why, @Nullable Response response) {
                answer.completeExceptionally(why);
              }
            });
    socket.send("hello");
    return answer.get(10, TimeUnit.SECONDS);
  }

  private static MockResponse slowBody() {
    return new MockResponse.Builder()
        .addHeader("Cache-Control", "max-age=60")
        .body("x".repeat(10_000))
        .throttleBody(1_000, 10, TimeUnit.SECONDS)
        .build();
  }

  private static MockResponse storable(String body) {
    return new MockResponse.Builder().addHeader("Cache-Control", "max-age=60").body(body).build();
  }

  /** Once the body is read it is about to be stored. */
  private Response untilHit(String path) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              Request stored =
                  request(path).newBuilder().header("Cache-Control", "only-if-cached").build();
              return client.newCall(stored).execute();
            },
            response -> {
              if (response.code() != 200) {
                response.close();
              }
              return response.code() == 200;
            });
  }

  private Response get(String path) throws IOException {
    Response response = client.newCall(request(path)).execute();
    Buffer body = new Buffer();
    body.writeAll(response.body().source());
    return response.newBuilder().body(ResponseBody.create(body.readByteString(), null)).build();
  }

  private Request request(String path) {
    return new Request.Builder().url(origin.url(path)).build();
  }

  /** What a program's listener hears of a cache. */
  private final class Heard extends EventListener {
    @Override
    public void callStart(Call call) {
      events.add("start");
    }

    @Override
    public void callEnd(Call call) {
      events.add("end");
    }

    @Override
    public void cacheHit(Call call, Response response) {
      events.add("hit");
    }

    @Override
    public void cacheMiss(Call call) {
      events.add("miss");
    }

    @Override
    public void satisfactionFailure(Call call, Response response) {
      events.add("unsatisfied");
    }
  }
}
