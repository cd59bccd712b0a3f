package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.signalling.Rendezvous;
import dev.fugitive.client.transfer.FetchPolicy;
import dev.fugitive.client.trust.SharingRules;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Buffer;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The path without peers: cache, coalescing, origin. */
class FetchPathTest {
  private final MockWebServer origin = new MockWebServer();
  private final List<FetchSummary> ended = new ArrayList<>();
  private FugitiveNode node;
  private Call.Factory fetch;

  @BeforeEach
  void start() throws IOException {
    origin.start();
    node =
        FugitiveNode.start(
            settings(),
            PeerTransport.off("test"),
            Rendezvous.NONE,
            new OkHttpClient(),
            new Recorder());
    fetch = node.asSent();
  }

  @AfterEach
  void close() throws IOException {
    node.close();
    origin.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16383, 16384, 16385, 1_000_000})
  void theSecondTimeTheBodyComesFromTheStore(int length) throws IOException {
    ByteString body = body(length);
    origin.enqueue(storable(body));

    assertThat(get("/a", "Fugitive-Source"))
        .isEqualTo(
            new Answer(
                200,
                body,
                "memory=0, disk=0, tier1=0, tier2=0, origin=" + length + ", why=peers-off"));
    awaitStored("/a");
    assertThat(get("/a", "Fugitive-Source"))
        .isEqualTo(
            new Answer(200, body, "memory=" + length + ", disk=0, tier1=0, tier2=0, origin=0"));
    assertThat(origin.getRequestCount()).isEqualTo(1);
  }

  @Test
  void cacheStatusTellsMissAndHit() throws IOException {
    origin.enqueue(storable(body(10)));

    assertThat(get("/a", "Cache-Status").field())
        .isEqualTo("Fugitive; fwd=uri-miss; fwd-status=200; stored");
    awaitStored("/a");
    assertThat(get("/a", "Cache-Status").field()).startsWith("Fugitive; hit; ttl=");
  }

  @Test
  void theOriginGetsTheRequestAsTheClientMadeIt() throws Exception {
    origin.enqueue(storable(body(1)));

    try (Response response =
        fetch
            .newCall(
                new Request.Builder()
                    .url(origin.url("/a"))
                    .header("Fugitive-Integrity", "sha256-" + body(1).sha256().base64())
                    .build())
            .execute()) {
      assertThat(response.body().byteString()).isEqualTo(body(1));
    }
    RecordedRequest request = origin.takeRequest();
    assertThat(request.getHeaders().names()).containsOnly("Host", "Connection");
  }

  @Test
  void aCodedBodyIsPassedOnAsSent() throws IOException {
    ByteString coded = ByteString.decodeHex("1f8b08000000000000030300000000000000");
    origin.enqueue(
        new MockResponse.Builder()
            .addHeader("Content-Encoding", "gzip")
            .addHeader("Cache-Control", "max-age=60")
            .body(new Buffer().write(coded))
            .build());

    assertThat(get("/a", "Content-Encoding")).isEqualTo(new Answer(200, coded, "gzip"));
  }

  @Test
  void manyWhoAskAtOnceShareOneFetch() throws Exception {
    ByteString body = body(3_000_000);
    origin.enqueue(storable(body).newBuilder().headersDelay(200, TimeUnit.MILLISECONDS).build());

    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        answers.add(readers.submit(() -> get("/a", "ETag")));
      }
      for (Future<Answer> answer : answers) {
        assertThat(answer.get().body()).isEqualTo(body);
      }
    }
    assertThat(origin.getRequestCount()).isEqualTo(1);
    FetchTotals totals = node.status().fetches();
    assertThat(totals.bytes(Provenance.ORIGIN)).isEqualTo(body.size());
    assertThat(totals.bytes(Provenance.MEMORY) + totals.bytes(Provenance.DISK))
        .isEqualTo(31L * body.size());
    assertThat(totals.coverage().lacking().values()).containsExactly((long) body.size());
  }

  @Test
  void nobodyWaitsForAnAnswerThatIsNotForAll() throws Exception {
    for (int i = 0; i < 4; i++) {
      origin.enqueue(
          new MockResponse.Builder()
              .addHeader("Cache-Control", "private")
              .headersDelay(50, TimeUnit.MILLISECONDS)
              .body("own " + i)
              .build());
    }
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        answers.add(readers.submit(() -> get("/a", "ETag")));
      }
      List<String> bodies = new ArrayList<>();
      for (Future<Answer> answer : answers) {
        bodies.add(answer.get().body().utf8());
      }
      assertThat(bodies).containsExactlyInAnyOrder("own 0", "own 1", "own 2", "own 3");
    }
  }

  @Test
  void theLeaderMayLeaveWhileOthersRead() throws Exception {
    ByteString body = body(2_000_000);
    origin.enqueue(
        storable(body).newBuilder().throttleBody(200_000, 20, TimeUnit.MILLISECONDS).build());
    Call leader = fetch.newCall(new Request.Builder().url(origin.url("/a")).build());
    Response led = leader.execute();
    led.body().source().require(1);

    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Answer> follower = readers.submit(() -> get("/a", "ETag"));
      Awaitility.await().until(() -> node.status().fetches().started() == 2);
      leader.cancel();
      led.close();
      assertThat(follower.get().body()).isEqualTo(body);
    }
    assertThat(node.status().fetches().bytes(Provenance.ORIGIN)).isEqualTo(body.size());
  }

  @Test
  void cancellingACallThatWaitsEndsItAtOnce() throws Exception {
    origin.enqueue(storable(body(10)).newBuilder().headersDelay(20, TimeUnit.SECONDS).build());
    Call call = fetch.newCall(new Request.Builder().url(origin.url("/a")).build());

    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Response> answer = readers.submit(call::execute);
      assertThat(origin.takeRequest(5, TimeUnit.SECONDS)).isNotNull();
      call.cancel();
      assertThatThrownBy(() -> answer.get(5, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void aStaleAnswerIsValidatedAndServedAgain() throws IOException {
    ByteString body = body(100);
    origin.enqueue(
        storable(body)
            .newBuilder()
            .setHeader("Cache-Control", "max-age=0")
            .addHeader("ETag", "\"v1\"")
            .build());
    origin.enqueue(new MockResponse.Builder().code(304).addHeader("ETag", "\"v1\"").build());
    get("/a", "ETag");
    awaitStored("/a");

    assertThat(get("/a", "Cache-Status"))
        .isEqualTo(new Answer(200, body, "Fugitive; fwd=stale; fwd-status=304; stored"));
  }

  @Test
  void aClientThatHasWhatReplacedTheStoredOneNeedNotGetItAgain() throws Exception {
    origin.enqueue(
        storable(body(100))
            .newBuilder()
            .setHeader("Cache-Control", "max-age=0")
            .addHeader("ETag", "\"v1\"")
            .build());
    origin.enqueue(new MockResponse.Builder().code(304).addHeader("ETag", "\"v2\"").build());
    get("/a", "ETag");
    awaitStored("/a");
    origin.takeRequest();
    Request request =
        new Request.Builder().url(origin.url("/a")).header("If-None-Match", "\"v2\"").build();

    try (Response response = fetch.newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(304);
      assertThat(response.header("ETag")).isEqualTo("\"v2\"");
    }
    assertThat(origin.takeRequest().getHeaders().get("If-None-Match")).isEqualTo("\"v1\", \"v2\"");
    assertThat(origin.getRequestCount()).isEqualTo(2);
  }

  @Test
  void whatTheOriginReplacedIsStoredAnew() throws IOException {
    origin.enqueue(
        storable(body(100))
            .newBuilder()
            .setHeader("Cache-Control", "max-age=0")
            .addHeader("ETag", "\"v1\"")
            .build());
    origin.enqueue(storable(body(200)).newBuilder().addHeader("ETag", "\"v2\"").build());
    get("/a", "ETag");
    awaitStored("/a");
    assertThat(get("/a", "ETag")).isEqualTo(new Answer(200, body(200), "\"v2\""));
    awaitStored("/a");

    assertThat(get("/a", "ETag")).isEqualTo(new Answer(200, body(200), "\"v2\""));
    assertThat(origin.getRequestCount()).isEqualTo(2);
  }

  @Test
  void aRangeIsAnsweredFromAStoredWhole() throws IOException {
    ByteString body = body(100_000);
    origin.enqueue(storable(body));
    get("/a", "ETag");
    awaitStored("/a");

    try (Response response =
        fetch
            .newCall(
                new Request.Builder()
                    .url(origin.url("/a"))
                    .header("Range", "bytes=16380-16389")
                    .build())
            .execute()) {
      assertThat(response.code()).isEqualTo(206);
      assertThat(response.header("Content-Range")).isEqualTo("bytes 16380-16389/100000");
      assertThat(response.body().byteString()).isEqualTo(body.substring(16380, 16390));
    }
  }

  @Test
  void anUnsafeMethodForgetsWhatIsStored() throws IOException {
    origin.enqueue(storable(body(1)));
    origin.enqueue(new MockResponse.Builder().code(204).build());
    origin.enqueue(storable(body(2)));
    get("/a", "ETag");
    awaitStored("/a");
    Request post =
        new Request.Builder()
            .url(origin.url("/a"))
            .post(RequestBody.create("x", MediaType.get("text/plain")))
            .build();
    fetch.newCall(post).execute().close();

    assertThat(get("/a", "ETag").body()).isEqualTo(body(2));
  }

  @Test
  void aBodyThatBreaksOffIsNotStored() throws IOException {
    origin.enqueue(
        storable(body(100_000))
            .newBuilder()
            .onResponseBody(new SocketEffect.CloseSocket())
            .build());
    origin.enqueue(storable(body(5)));

    assertThatThrownBy(() -> get("/a", "ETag")).isInstanceOf(IOException.class);
    assertThat(get("/a", "ETag").body()).isEqualTo(body(5));
    assertThat(ended)
        .filteredOn(summary -> summary.end() == FetchSummary.End.FAILED)
        .isNotEmpty()
        .allSatisfy(summary -> assertThat(summary.failure()).isPresent());
  }

  @Test
  void aBodyWithoutTheCallersDigestFails() {
    origin.enqueue(storable(body(100)));
    Request request =
        new Request.Builder()
            .url(origin.url("/a"))
            .header("Fugitive-Integrity", "sha256-" + body(1).sha256().base64())
            .build();

    assertThatThrownBy(
            () -> {
              try (Response response = fetch.newCall(request).execute()) {
                response.body().byteString();
              }
            })
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("expected: sha256-");
  }

  private record Answer(int status, ByteString body, String field) {}

  private Answer get(String path, String field) throws IOException {
    Request request = new Request.Builder().url(origin.url(path)).build();
    try (Response response = fetch.newCall(request).execute()) {
      return new Answer(
          response.code(), response.body().byteString(), String.valueOf(response.header(field)));
    }
  }

  /** The reader may be done a moment before the store is. */
  private void awaitStored(String path) {
    Request request =
        new Request.Builder()
            .url(origin.url(path))
            .header("Cache-Control", "only-if-cached, max-stale")
            .build();
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> {
          try (Response response = fetch.newCall(request).execute()) {
            return response.code() == 200;
          }
        });
  }

  private static MockResponse storable(ByteString body) {
    return new MockResponse.Builder()
        .addHeader("Cache-Control", "max-age=60")
        .body(new Buffer().write(body))
        .build();
  }

  private static ByteString body(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return ByteString.of(bytes);
  }

  private static NodeSettings settings() {
    return new NodeSettings(
        Identity.generate(),
        Optional.empty(),
        0,
        64L * 1024 * 1024,
        Optional.empty(),
        List.of(),
        Set.of(),
        SharingRules.DEFAULT,
        FetchPolicy.OFFLOAD,
        false,
        Optional.empty(),
        8,
        8,
        12);
  }

  private final class Recorder implements FetchListener {
    @Override
    public void fetchEnd(long fetchId, FetchSummary summary) {
      synchronized (ended) {
        ended.add(summary);
      }
    }
  }
}
