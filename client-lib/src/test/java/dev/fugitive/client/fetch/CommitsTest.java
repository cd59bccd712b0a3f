package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.index.RepresentationIndex;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.MemoryTier;
import dev.fugitive.client.evidence.DocumentLimits;
import dev.fugitive.client.evidence.Documents;
import dev.fugitive.client.evidence.TrustBook;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.trust.SharingRules;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockResponseBody;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked for between a body's last byte and its being in the store. */
class CommitsTest {
  private static final String BODY = "0123456789A";
  private static final Duration LONG = Duration.ofSeconds(60);

  private final MockWebServer origin = new MockWebServer();
  private final Origin answers = new Origin();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ContentStore contents = MemoryTier.open(64L << 20);
  private final RepresentationIndex index = RepresentationIndex.inMemory(1 << 20);
  private final Documents documents =
      Documents.inMemory(DocumentLimits.DEFAULT, InstantSource.system(), System::nanoTime);

  /** Nothing is put into the store before this is open. */
  private final CountDownLatch commit = new CountDownLatch(1);

  /** Opens when the request that is told by it has looked into the store. */
  private final CountDownLatch looked = new CountDownLatch(1);

  private volatile boolean second;

  /** One body under every path; its second half comes when it may. */
  private static final class Origin extends Dispatcher {
    volatile boolean announcesLength = true;
    volatile CountDownLatch secondHalf = new CountDownLatch(0);

    @Override
    public MockResponse dispatch(RecordedRequest request) {
      MockResponse.Builder response =
          new MockResponse.Builder()
              .addHeader("Cache-Control", "max-age=60")
              .addHeader("Vary", "Accept")
              .addHeader("ETag", "\"1\"");
      if (request.getHeaders().get("Range") != null) {
        return response
            .code(206)
            .addHeader("Content-Range", "bytes 10-10/11")
            .body(new Buffer().writeUtf8("A"))
            .build();
      }
      if (request.getMethod().equals("HEAD")) {
        return response.setHeader("Content-Length", BODY.length()).build();
      }
      if (!announcesLength) {
        return response.chunkedBody(BODY, 4).build();
      }
      return response.setHeader("Content-Length", BODY.length()).body(inHalves()).build();
    }

    private MockResponseBody inHalves() {
      return new MockResponseBody() {
        @Override
        public long getContentLength() {
          return BODY.length();
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
          sink.writeUtf8(BODY.substring(0, 5)).flush();
          try {
            secondHalf.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          sink.writeUtf8(BODY.substring(5)).flush();
        }
      };
    }
  }

  @BeforeEach
  void start() throws IOException {
    origin.setDispatcher(answers);
    origin.start();
  }

  @AfterEach
  void close() throws IOException {
    commit.countDown();
    threads.close();
    origin.close();
    documents.close();
    index.close();
    contents.close();
  }

  @ParameterizedTest
  @CsvSource({
    // announced, method, field, value, answer
    "true, GET, Range, bytes=-1, A",
    "false, GET, Range, bytes=-1, A",
    "true, GET, Range, bytes=2-4, 234",
    "true, HEAD, Accept, a/b, ''",
    "false, HEAD, Accept, a/b, ''",
    "true, GET, If-None-Match, \"0\", 0123456789A",
    "true, GET, If-None-Match, \"1\", ''",
    "true, GET, Accept, a/b, 0123456789A",
    "false, GET, Accept, a/b, 0123456789A"
  })
  void whatHasComeWholeIsNotAskedForAgain(
      boolean announced, String method, String field, String value, String answer)
      throws Exception {
    answers.announcesLength = announced;
    Call.Factory path = path(LONG);
    assertThat(text(path, request("GET", "Accept", "a/b"))).isEqualTo(BODY);

    second = true;
    Request asked = request(method, field, value).newBuilder().header("Accept", "a/b").build();
    Future<String> text = threads.submit(() -> text(path, asked));
    assertThat(looked.await(20, TimeUnit.SECONDS)).isTrue();
    commit.countDown();

    assertThat(text.get(20, TimeUnit.SECONDS)).isEqualTo(answer);
    assertThat(origin.getRequestCount()).isEqualTo(1);
  }

  @Test
  void whatIsStillComingIsNotWaitedFor() throws Exception {
    answers.secondHalf = new CountDownLatch(1);
    Call.Factory path = path(LONG);
    try (Response coming = path.newCall(request("GET", "Accept", "a/b")).execute()) {
      assertThat(coming.body().source().readUtf8(5)).isEqualTo("01234");

      assertThat(text(path, request("GET", "Range", "bytes=-1"))).isEqualTo("A");
      answers.secondHalf.countDown();
      assertThat(coming.body().source().readUtf8(6)).isEqualTo("56789A");
    }
  }

  @Test
  void whatAnswersAnotherIsNotWaitedFor() throws Exception {
    Call.Factory path = path(LONG);
    assertThat(text(path, request("GET", "Accept", "a/b"))).isEqualTo(BODY);

    Request other = request("GET", "Range", "bytes=-1").newBuilder().header("Accept", "c").build();
    assertThat(text(path, other)).isEqualTo("A");
    assertThat(origin.getRequestCount()).isEqualTo(2);
  }

  @Test
  void nobodyWaitsLongerThanThePatience() throws Exception {
    Call.Factory path = path(Duration.ofMillis(1));
    assertThat(text(path, request("GET", "Accept", "a/b"))).isEqualTo(BODY);

    Request range =
        request("GET", "Range", "bytes=-1").newBuilder().header("Accept", "a/b").build();
    assertThat(text(path, range)).isEqualTo("A");
    assertThat(origin.getRequestCount()).isEqualTo(2);
  }

  private Request request(String method, String field, String value) {
    return new Request.Builder()
        .url(origin.url("/a"))
        .method(method, null)
        .header(field, value)
        .build();
  }

  private static String text(Call.Factory path, Request request) throws IOException {
    try (Response response = path.newCall(request).execute()) {
      return response.body().string();
    }
  }

  /** The path from the cache to the origin, whose library tells the time only from commit on. */
  private Call.Factory path(Duration patience) throws IOException {
    OkHttpClient network =
        new OkHttpClient.Builder().addNetworkInterceptor(new OriginInterceptor(false)).build();
    OkHttpClient upstream =
        network.newBuilder().addInterceptor(OriginInterceptor::passGuarded).build();
    Identity identity = Identity.generate();
    Library library =
        new Library(
            contents,
            index,
            SharedHoldings.of(contents, index, DecodedDigests.inMemory(), SharingRules.DEFAULT),
            new SharingJudge(identity, SharingRules.DEFAULT, this::whenCommitted),
            DecodedDigests.inMemory());
    TrustBook trust = new TrustBook(identity.peerId(), Set.of(), Optional.empty());
    InstantSource clock = InstantSource.system();
    BodyWitness witness = new BodyWitness(documents, trust, clock);
    Commits commits = new Commits(patience);
    FlightLeader leader = new FlightLeader(upstream, library, witness, commits, clock, threads);
    CacheInterceptor cache =
        new CacheInterceptor(
            library, leader, upstream, new Refresh(threads), commits, this::whenLooked);
    return network
        .newBuilder()
        .addInterceptor(new TraceInterceptor(threads, () -> false))
        .addInterceptor(cache)
        .addInterceptor(new CoalesceInterceptor(leader, cache::fromStore, commits, clock))
        .addInterceptor(OriginInterceptor::passGuarded)
        .build();
  }

  private Instant whenCommitted() {
    try {
      commit.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return Instant.now();
  }

  /** The path asks for the time after it has looked, and before it waits. */
  private Instant whenLooked() {
    if (second) {
      looked.countDown();
    }
    return Instant.now();
  }
}
