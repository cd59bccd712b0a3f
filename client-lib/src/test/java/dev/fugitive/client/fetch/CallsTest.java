package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A call of a node's client is a call as OkHttp's programs know it. */
class CallsTest {
  private final MockWebServer origin = new MockWebServer();
  private final OkHttpClient base = new OkHttpClient();
  private FugitiveNode node;
  private FugitiveClient client;

  @BeforeEach
  void start() throws IOException {
    origin.start();
    node = startOn(base);
    client = node.client();
  }

  @AfterEach
  void close() throws IOException {
    node.close();
    origin.close();
  }

  @Test
  void theRequestStaysTheProgramsOwn() throws IOException {
    origin.enqueue(storable("a"));
    Request request = request("/a").newBuilder().tag(String.class, "mine").build();
    Call call = client.newCall(request);

    try (Response response = call.execute()) {
      assertThat(call.request()).isSameAs(request);
      assertThat(response.request()).isSameAs(request);
      assertThat(response.request().tag(String.class)).isEqualTo("mine");
      assertThat(Objects.requireNonNull(response.networkResponse()).request().headers().names())
          .containsExactlyInAnyOrder("User-Agent", "Accept-Encoding");
      assertThat(response.cacheResponse()).isNull();
    }
  }

  @Test
  void whatTheStoreAnswersHasNoNetworkResponse() throws IOException {
    origin.enqueue(storable("a"));
    get("/a");
    awaitHit("/a");

    try (Response response = client.newCall(request("/a")).execute()) {
      assertThat(response.networkResponse()).isNull();
    }
  }

  @Test
  void aCallRunsOnceAndItsCloneAgain() throws IOException {
    origin.enqueue(storable("a"));
    Call call = client.newCall(request("/a"));
    call.execute().close();

    assertThat(call.isExecuted()).isTrue();
    assertThatThrownBy(call::execute).isInstanceOf(IllegalStateException.class);
    assertThat(body(call.clone())).isEqualTo("a");
  }

  @Test
  void aCloneOfACancelledCallIsNotCancelled() throws IOException {
    origin.enqueue(storable("a"));
    Call call = client.newCall(request("/a"));
    call.cancel();

    assertThatThrownBy(call::execute).isInstanceOf(IOException.class).hasMessage("Canceled");
    assertThat(origin.getRequestCount()).isZero();
    assertThat(body(call.clone())).isEqualTo("a");
  }

  @Test
  void aRequestTakenFromAResponseStartsAfresh() throws IOException {
    origin.enqueue(storable("a"));
    Call first = client.newCall(request("/a"));
    Response response = first.execute();
    first.cancel();
    response.close();
    origin.enqueue(storable("a"));

    assertThat(body(client.newCall(response.request()))).isEqualTo("a");
  }

  @Test
  void cancellingWhileTheHeadIsAwaitedEndsTheCall() throws Exception {
    origin.enqueue(slowHead("a"));
    Call call = client.newCall(request("/a"));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Response> answer = threads.submit(call::execute);
      origin.takeRequest();
      call.cancel();

      assertThatThrownBy(answer::get).hasCauseInstanceOf(IOException.class);
      assertThat(call.isCanceled()).isTrue();
    }
  }

  @Test
  void cancellingWhileTheBodyIsReadEndsTheReading() throws Exception {
    origin.enqueue(slowBody());
    Call call = client.newCall(request("/a"));
    try (Response response = call.execute();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      response.body().source().require(1);
      Future<ByteString> rest = threads.submit(() -> response.body().byteString());
      call.cancel();

      assertThatThrownBy(rest::get).hasCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void aStoredBodyIsNotReadOnAfterCancelling() throws IOException {
    origin.enqueue(storable(TestNodes.body(2_000_000)));
    get("/a");
    awaitHit("/a");
    Call call = client.newCall(request("/a"));
    try (Response response = call.execute()) {
      response.body().source().require(1);
      call.cancel();

      assertThatThrownBy(() -> response.body().bytes()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aClosedBodyLeavesNothingRegisteredWithItsCall() throws IOException {
    origin.enqueue(storable(TestNodes.body(2_000_000)));
    Call fromOrigin = client.newCall(request("/a"));
    try (Response response = fromOrigin.execute()) {
      response.body().bytes();
    }
    awaitHit("/a");
    Call fromStore = client.newCall(request("/a"));
    fromStore.execute().close();

    assertThat(Cancellation.of(fromOrigin).registered()).isZero();
    assertThat(Cancellation.of(fromStore).registered()).isZero();
  }

  @Test
  void theCallsTimeHoldsForItsHead() {
    origin.enqueue(slowHead("a"));
    Call call = client.newCall(request("/a"));
    call.timeout().timeout(100, TimeUnit.MILLISECONDS);

    assertThatThrownBy(call::execute)
        .isInstanceOf(InterruptedIOException.class)
        .hasMessage("timeout");
  }

  @Test
  void theCallsTimeHoldsForItsBodyWhereverThatComesFrom() throws IOException {
    origin.enqueue(slowBody());
    Call call = client.newCall(request("/a"));
    call.timeout().timeout(500, TimeUnit.MILLISECONDS);

    try (Response response = call.execute()) {
      assertThatThrownBy(() -> response.body().bytes())
          .isInstanceOf(InterruptedIOException.class)
          .hasMessage("timeout");
    }
  }

  @Test
  void theBasesCallTimeoutHoldsForEachCall() throws IOException {
    origin.enqueue(slowHead("a"));
    try (FugitiveNode limited =
        startOn(base.newBuilder().callTimeout(Duration.ofMillis(100)).build())) {
      assertThatThrownBy(limited.client().newCall(request("/a"))::execute)
          .isInstanceOf(InterruptedIOException.class);
    }
  }

  @Test
  void enqueuedCallsAnswerWithThemselves() throws Exception {
    origin.enqueue(storable("a"));
    CompletableFuture<String> answer = new CompletableFuture<>();
    Call call = client.newCall(request("/a"));
    call.enqueue(completing(call, answer));

    assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("a");
  }

  @Test
  void anEnqueuedCallThatIsCancelledFails() throws Exception {
    origin.enqueue(slowHead("a"));
    CompletableFuture<String> answer = new CompletableFuture<>();
    Call call = client.newCall(request("/a"));
    call.enqueue(completing(call, answer));
    origin.takeRequest();
    call.cancel();

    assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void theBasesInterceptorsSeeEachCallOnce() throws IOException {
    origin.enqueue(new MockResponse.Builder().code(302).addHeader("Location", "/b").build());
    origin.enqueue(storable("b"));
    OkHttpClient tagging =
        base.newBuilder()
            .addInterceptor(chain ->
                chain
                    .proceed(chain.request())
                    .newBuilder()
                    .addHeader("Seen", chain.request().url().encodedPath())
                    .build())
            .build();

    try (FugitiveNode tagged = startOn(tagging);
        Response response = tagged.client().newCall(request("/a")).execute()) {
      assertThat(response.headers("Seen")).containsExactly("/a");
      assertThat(response.request().url().encodedPath()).isEqualTo("/b");
      assertThat(Objects.requireNonNull(response.priorResponse()).code()).isEqualTo(302);
    }
  }

  @Test
  void networkInterceptorsAreRefused() {
    OkHttpClient changing =
        base.newBuilder().addNetworkInterceptor(chain -> chain.proceed(chain.request())).build();

    assertThatThrownBy(() -> startOn(changing))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("network interceptors: 1 (expected: none");
  }

  @Test
  void whatARedirectLeadsToIsCountedByItself() throws IOException {
    origin.enqueue(
        new MockResponse.Builder()
            .code(301)
            .addHeader("Location", "/b")
            .addHeader("Cache-Control", "max-age=60")
            .body("moved")
            .build());
    origin.enqueue(storable("here"));
    get("/a");
    awaitHit("/b");
    awaitStatus("/a", 301);

    try (Response response = client.newCall(request("/a")).execute()) {
      assertThat(response.header("Fugitive-Source"))
          .isEqualTo("memory=4, disk=0, tier1=0, tier2=0, origin=0");
    }
  }

  @Test
  void aClosedNodeAnswersNothing() throws IOException {
    node.close();

    assertThatThrownBy(client.newCall(request("/a"))::execute)
        .isInstanceOf(IOException.class)
        .hasMessage("the node is closed");
  }

  @Test
  void closingTheNodeLeavesTheProgramsClientAlone() throws IOException {
    origin.enqueue(storable("a"));
    origin.enqueue(storable("b"));
    get("/a");
    node.close();

    assertThat(body(base.newCall(request("/b")))).isEqualTo("b");
  }

  @Test
  void aServiceOverACallFactoryNeedsNothingElse() throws Exception {
    origin.enqueue(storable("7"));
    Service<Integer> numbers = new Service<>(client, origin.url("/"), Integer::valueOf);

    assertThat(numbers.get("seven").get(10, TimeUnit.SECONDS)).isEqualTo(7);
  }

  /** What Retrofit does with a {@link Call.Factory}, in small. */
  private record Service<T>(Call.Factory calls, HttpUrl url, Function<String, T> converter) {
    CompletableFuture<T> get(String path) {
      CompletableFuture<String> answer = new CompletableFuture<>();
      Call call =
          calls.newCall(
              new Request.Builder()
                  .url(url.newBuilder().addPathSegment(path).build())
                  .tag(Service.class, this)
                  .build());
      call.enqueue(completing(call, answer));
      return answer.thenApply(converter);
    }
  }

  private static Callback completing(Call expected, CompletableFuture<String> answer) {
    return new Callback() {
      @Override
      public void onResponse(Call call, Response response) {
        try (response) {
          assertThat(call).isSameAs(expected);
          answer.complete(response.body().string());
        } catch (IOException | AssertionError e) {
          answer.completeExceptionally(e);
        }
      }

      @Override
      public void onFailure(Call call, IOException failure) {
        answer.completeExceptionally(failure);
      }
    };
  }

  private static FugitiveNode startOn(OkHttpClient base) throws IOException {
    return LoneNode.start(base);
  }

  private Request request(String path) {
    return new Request.Builder().url(origin.url(path)).build();
  }

  private void get(String path) throws IOException {
    body(client.newCall(request(path)));
  }

  private static String body(Call call) throws IOException {
    try (Response response = call.execute()) {
      return response.body().string();
    }
  }

  private void awaitHit(String path) {
    awaitStatus(path, 200);
  }

  private void awaitStatus(String path, int status) {
    Request stored =
        request(path).newBuilder().header("Cache-Control", "only-if-cached, max-stale").build();
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> {
          try (Response response = node.asSent().newCall(stored).execute()) {
            return response.code() == status;
          }
        });
  }

  private static MockResponse storable(String body) {
    return storable(ByteString.encodeUtf8(body));
  }

  private static MockResponse storable(ByteString body) {
    return new MockResponse.Builder()
        .addHeader("Cache-Control", "max-age=60")
        .body(new Buffer().write(body))
        .build();
  }

  private static MockResponse slowHead(String body) {
    return storable(body).newBuilder().headersDelay(20, TimeUnit.SECONDS).build();
  }

  private static MockResponse slowBody() {
    return storable(TestNodes.body(1_000_000))
        .newBuilder()
        .throttleBody(1000, 1, TimeUnit.SECONDS)
        .build();
  }
}
