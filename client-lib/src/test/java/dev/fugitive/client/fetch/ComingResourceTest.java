package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.transfer.FetchPolicy;
import dev.fugitive.client.trust.FugitiveSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockResponseBody;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSink;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who wants what a trusted peer is just fetching waits for it instead of asking the origin too. */
class ComingResourceTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final long PATIENCE_SECONDS = PeerPlanner.COMING_TIMEOUT.toSeconds();
  private static final ByteString BODY = TestNodes.body(300_000);

  private final MockWebServer origin = new MockWebServer();
  private final Slow slow = new Slow();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private TestNodes nodes;

  @BeforeEach
  void start() throws IOException {
    origin.setDispatcher(slow);
    origin.start();
    nodes = new TestNodes(origin.getHostName() + ":" + origin.getPort());
  }

  @AfterEach
  void close() throws IOException {
    slow.rest.countDown();
    threads.close();
    nodes.close();
    origin.close();
  }

  @Test
  void theOriginIsAskedOnce() throws Exception {
    FugitiveNode alice = nodes.start();
    FugitiveNode bob = nodes.start(alice.peerId());
    Future<Answer> hers = fetching(alice, bob);
    Future<Answer> his = threads.submit(() -> get(bob));
    awaitAnswered(alice, 1);

    slow.rest.countDown();

    assertThat(hers.get().body()).isEqualTo(BODY);
    assertThat(his.get().body()).isEqualTo(BODY);
    assertThat(his.get().source().from(Provenance.TIER1)).isEqualTo(BODY.size());
    assertThat(slow.gets.get()).isEqualTo(1);
  }

  @Test
  void whereItDoesNotComeTheOriginIsAsked() throws Exception {
    slow.firstBreaksOff = true;
    FugitiveNode alice = nodes.start();
    FugitiveNode bob = nodes.start(alice.peerId());
    Future<Answer> hers = fetching(alice, bob);
    Future<Answer> his = threads.submit(() -> get(bob));
    awaitAnswered(alice, 1);

    slow.rest.countDown();

    assertThatThrownBy(hers::get).hasCauseInstanceOf(IOException.class);
    assertThat(his.get().body()).isEqualTo(BODY);
    assertThat(his.get().source().from(Provenance.ORIGIN)).isEqualTo(BODY.size());
  }

  @Test
  void aStrangersPromiseIsNotWaitedFor() throws Exception {
    FugitiveNode alice = nodes.start();
    FugitiveNode bob = nodes.start();
    Future<Answer> hers = fetching(alice, bob);
    Future<Answer> his = threads.submit(() -> get(bob));
    Awaitility.await().atMost(LONG).until(() -> slow.gets.get() == 2);

    slow.rest.countDown();

    assertThat(hers.get().body()).isEqualTo(BODY);
    assertThat(his.get().source().from(Provenance.ORIGIN)).isEqualTo(BODY.size());
  }

  @Test
  void whoMustNotBeSlowerThanDirectDoesNotWait() throws Exception {
    FugitiveNode alice = nodes.start();
    FugitiveNode bob =
        nodes.start(
            Identity.generate(),
            settings -> settings.withPolicy(FetchPolicy.LATENCY),
            alice.peerId());
    Future<Answer> hers = fetching(alice, bob);
    Future<Answer> his = threads.submit(() -> get(bob));
    Awaitility.await().atMost(LONG).until(() -> slow.gets.get() == 2);

    slow.rest.countDown();

    assertThat(hers.get().body()).isEqualTo(BODY);
    assertThat(his.get().body()).isEqualTo(BODY);
  }

  @Test
  void whoIsCancelledWaitsNoLonger() throws Exception {
    FugitiveNode alice = nodes.start();
    FugitiveNode bob = nodes.start(alice.peerId());
    Future<Answer> hers = fetching(alice, bob);
    Call call = bob.asSent().newCall(request());
    Future<Response> his = threads.submit(call::execute);
    awaitAnswered(alice, 1);

    call.cancel();

    assertThatThrownBy(() -> his.get(PATIENCE_SECONDS - 1, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(IOException.class);
    slow.rest.countDown();
    assertThat(hers.get().body()).isEqualTo(BODY);
    assertThat(slow.gets.get()).isEqualTo(1);
  }

  /** One has begun to fetch it, and the other has been told so. */
  private Future<Answer> fetching(FugitiveNode one, FugitiveNode other) {
    Future<Answer> answer = threads.submit(() -> get(one));
    nodes.awaitTold(other, one, origin.url("/a"));
    return answer;
  }

  private static void awaitAnswered(FugitiveNode node, long questions) {
    Awaitility.await()
        .atMost(LONG)
        .until(() -> node.peerNetwork().routing().status().answered() == questions);
  }

  private record Answer(ByteString body, FugitiveSource source) {}

  private Request request() {
    return new Request.Builder().url(origin.url("/a")).build();
  }

  private Answer get(FugitiveNode node) throws IOException {
    try (Response response = node.asSent().newCall(request()).execute()) {
      FugitiveSource source =
          FugitiveSource.parse(List.of(String.valueOf(response.header(FugitiveSource.FIELD))))
              .orElseThrow();
      return new Answer(response.body().byteString(), source);
    }
  }

  /** Sends half of the body, and the rest when it is told to; later ones whole. */
  private static final class Slow extends Dispatcher {
    private final CountDownLatch rest = new CountDownLatch(1);
    private final AtomicInteger gets = new AtomicInteger();
    private volatile boolean firstBreaksOff;

    @Override
    public MockResponse dispatch(RecordedRequest request) {
      MockResponse.Builder answer =
          new MockResponse.Builder().addHeader("Cache-Control", "max-age=60");
      if (request.getMethod().equals("HEAD")) {
        return answer.setHeader("Content-Length", BODY.size()).build();
      }
      boolean breaksOff = gets.incrementAndGet() == 1 && firstBreaksOff;
      answer.body(new InHalves(breaksOff));
      return breaksOff
          ? answer.onResponseEnd(new SocketEffect.CloseSocket()).build()
          : answer.build();
    }

    private final class InHalves implements MockResponseBody {
      private final boolean breaksOff;

      private InHalves(boolean breaksOff) {
        this.breaksOff = breaksOff;
      }

      @Override
      public long getContentLength() {
        return BODY.size();
      }

      @Override
      public void writeTo(BufferedSink sink) throws IOException {
        int half = BODY.size() / 2;
        sink.write(BODY, 0, half);
        sink.flush();
        await();
        if (!breaksOff) {
          sink.write(BODY, half, BODY.size() - half);
        }
      }

      private void await() throws IOException {
        try {
          if (!rest.await(LONG.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("nobody let the rest come");
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException(e);
        }
      }
    }
  }
}
