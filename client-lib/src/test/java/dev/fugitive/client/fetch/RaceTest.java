package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.fetch.PeerPlan.ByRoot;
import dev.fugitive.client.fetch.PeerPlan.WithoutPeers;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.transfer.Downloads;
import dev.fugitive.client.trust.Why;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.ByteString;
import okio.ForwardingSource;
import okio.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The origin is asked while peers are, and who can answer first does. */
class RaceTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final StoredResponse STORED =
      new StoredResponse(
          "http://example.org/a",
          Fields.EMPTY,
          new ResponseHead(200, "OK", Fields.EMPTY),
          Instant.EPOCH,
          Instant.EPOCH,
          new ContentId(ByteString.encodeUtf8("a").sha256(), 100),
          true,
          Optional.empty());

  private final MockWebServer server = new MockWebServer();
  private final OkHttpClient client = new OkHttpClient();
  private final CountDownLatch originMayAnswer = new CountDownLatch(1);
  private final CountDownLatch peersMayAnswer = new CountDownLatch(1);
  private final CountDownLatch originIsAsked = new CountDownLatch(1);
  private final CountDownLatch peersAreAsked = new CountDownLatch(1);
  private final CountDownLatch planned = new CountDownLatch(1);
  private final Cancellation cancellation = new Cancellation();
  private final Downloads downloads =
      new Downloads(Identity.generate().peerId(), (peer, reason) -> {}, System::nanoTime);
  private volatile int status = 200;
  private String url = "";

  @BeforeEach
  void start() throws IOException {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
            originIsAsked.countDown();
            originMayAnswer.await();
            return new MockResponse.Builder().code(status).body("x".repeat(100)).build();
          }
        });
    server.start();
    url = server.url("/a").toString();
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    originMayAnswer.countDown();
    peersMayAnswer.countDown();
    assertThat(planned.await(20, TimeUnit.SECONDS)).isTrue();
    downloads.close();
    await().atMost(LONG).until(() -> cancellation.registered() == 0);
    await().atMost(LONG).until(() -> client.dispatcher().runningCallsCount() == 0);
    server.close();
  }

  @Test
  void anOriginThatAnswersWaitsForNoPeer() throws Exception {
    originMayAnswer.countDown();
    try (Response response = fromOrigin(run(noPeers()))) {
      assertThat(response.body().string()).hasSize(100);
    }
  }

  @Test
  void peersThatAnswerWaitForNoOrigin() throws Exception {
    peersMayAnswer.countDown();
    ByRoot plan = new ByRoot(STORED, List.of(), List.of());
    Request request = request();
    assertThat(race(plan).run(request, Heads.of(request), new PeerWish(downloads, peer -> false)))
        .isEqualTo(new Race.Winner.Swarm(plan));
    HeadStart start = FetchTrace.of(request).ahead().orElseThrow();
    assertThat(originIsAsked.await(20, TimeUnit.SECONDS)).isTrue();
    start.close();
    assertThat(start.take()).isEmpty();
  }

  @Test
  void whoeverBringsNoProofLeavesItToTheOrigin() throws Exception {
    peersMayAnswer.countDown();
    Thread.ofVirtual()
        .start(() -> {
          planned();
          originMayAnswer.countDown();
        });
    Request request = request();
    Race.Winner winner =
        race(noPeers()).run(request, Heads.of(request), new PeerWish(downloads, peer -> false));
    fromOrigin(winner).close();
    assertThat(FetchTrace.of(request).why()).isIn(Why.NO_PEER, Why.PEERS_FAILED);
  }

  @Test
  void anOriginThatFailsLeavesItToPeers() throws Exception {
    url = "http://127.0.0.1:1/";
    Thread.ofVirtual().start(peersMayAnswer::countDown);
    ByRoot plan = new ByRoot(STORED, List.of(), List.of());
    assertThat(run(plan)).isEqualTo(new Race.Winner.Swarm(plan));
  }

  @Test
  void anOriginThatSaysThatItCannotLeavesItToPeers() throws Exception {
    status = 503;
    originMayAnswer.countDown();
    Thread.ofVirtual().start(this::answerAfterTheOrigin);
    ByRoot plan = new ByRoot(STORED, List.of(), List.of());
    Request request = request();
    assertThat(race(plan).run(request, Heads.of(request), new PeerWish(downloads, peer -> false)))
        .isEqualTo(new Race.Winner.Swarm(plan));
    FetchTrace.of(request).ahead().orElseThrow().close();
  }

  @Test
  void whereNobodyCanTheOriginsErrorIsTheAnswer() throws Exception {
    status = 503;
    originMayAnswer.countDown();
    Thread.ofVirtual().start(this::answerAfterTheOrigin);
    try (Response response = fromOrigin(run(noPeers()))) {
      assertThat(response.code()).isEqualTo(503);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFailureWhilePlanningLeavesItToTheOrigin(boolean grave) throws Exception {
    Thread.ofVirtual()
        .start(() -> {
          planned();
          originMayAnswer.countDown();
        });
    Race.Planning broken =
        (request, trace, wish) -> {
          planned.countDown();
          if (grave) {
            throw new AssertionError("broken");
          }
          throw new IllegalStateException("broken");
        };
    Request request = request();
    Race race = new Race(broken, client, System::nanoTime);
    try (Response response =
        fromOrigin(race.run(request, Heads.of(request), new PeerWish(downloads, peer -> false)))) {
      assertThat(response.body().string()).hasSize(100);
    }
    assertThat(FetchTrace.of(request).why()).isEqualTo(Why.PEERS_FAILED);
  }

  @Test
  void aBodyThatIsPutTogetherStillTellsWhereItIsFrom() throws Exception {
    originMayAnswer.countDown();
    try (Response response = fromOrigin(runWithSource(new Buffer().writeUtf8("here")))) {
      assertThat(response.body())
          .isInstanceOfSatisfying(
              SourcedBody.class, body -> assertThat(body.expected()).isEqualTo(Provenance.DISK));
      assertThat(response.body().string()).isEqualTo("here");
    }
  }

  @Test
  void cancellingEndsABodyThatIsPutTogether() throws Exception {
    originMayAnswer.countDown();
    Source endless =
        new ForwardingSource(new Buffer()) {
          @Override
          public long read(Buffer sink, long byteCount) {
            sink.writeByte(1);
            return 1;
          }
        };
    try (Response response = fromOrigin(runWithSource(endless))) {
      cancellation.cancel();
      assertThatThrownBy(() -> response.body().source().skip(Long.MAX_VALUE))
          .isInstanceOf(IOException.class)
          .hasMessage("Canceled");
    }
  }

  /** Runs where the origin's answer has this body, of which some was here. */
  private Race.Winner runWithSource(Source source) throws IOException {
    Interceptor joining =
        chain -> {
          Response response = chain.proceed(chain.request());
          response.close();
          FetchTrace trace = FetchTrace.of(chain.request());
          SourcedBody joined =
              new SourcedBody("text/plain", 4, Provenance.DISK, trace.tally(), source);
          return response.newBuilder().body(joined.endedBy(trace.cancellation())).build();
        };
    Request request = request();
    Race race =
        new Race(
            planning(noPeers()),
            client.newBuilder().addInterceptor(joining).build(),
            System::nanoTime);
    return race.run(request, Heads.of(request), new PeerWish(downloads, peer -> false));
  }

  @Test
  void whereBothFailItIsTheOriginsFailure() throws Exception {
    url = "http://127.0.0.1:1/";
    peersMayAnswer.countDown();
    assertThatThrownBy(() -> run(noPeers())).isInstanceOf(IOException.class);
  }

  @Test
  void cancellingEndsBoth() {
    Thread.ofVirtual()
        .start(() -> {
          awaitAsked();
          cancellation.cancel();
        });
    assertThatThrownBy(() -> run(noPeers())).isInstanceOf(IOException.class);
  }

  private void awaitAsked() {
    try {
      originIsAsked.await();
      peersAreAsked.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answerAfterTheOrigin() {
    awaitAsked();
    await().atMost(LONG).until(() -> client.dispatcher().runningCallsCount() == 0);
    peersMayAnswer.countDown();
  }

  private void planned() {
    try {
      planned.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static PeerPlan noPeers() {
    return new WithoutPeers(Why.NO_PEER);
  }

  private static Response fromOrigin(Race.Winner winner) {
    assertThat(winner).isInstanceOf(Race.Winner.Origin.class);
    return ((Race.Winner.Origin) winner).response();
  }

  private Request request() {
    return new FetchTrace(cancellation).attachTo(new Request.Builder().url(url).build());
  }

  private Race.Winner run(PeerPlan plan) throws IOException {
    Request request = request();
    return race(plan).run(request, Heads.of(request), new PeerWish(downloads, peer -> false));
  }

  private Race race(PeerPlan plan) {
    return new Race(planning(plan), client, System::nanoTime);
  }

  private Race.Planning planning(PeerPlan plan) {
    return (request, trace, wish) -> {
      peersAreAsked.countDown();
      try {
        peersMayAnswer.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      } finally {
        planned.countDown();
      }
      return plan;
    };
  }
}
