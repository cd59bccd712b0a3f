package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What many clients get who find the same stored response stale at once. */
class CoalescedRevalidationTest {
  private static final int CLIENTS = 16;

  private final MockWebServer origin = new MockWebServer();
  private final AtomicInteger asked = new AtomicInteger();
  private FugitiveNode node;
  private Call.Factory fetch;

  @BeforeEach
  void start() throws IOException {
    origin.start();
    node = LoneNode.start();
    fetch = node.asSent();
  }

  @AfterEach
  void close() throws IOException {
    node.close();
    origin.close();
  }

  @Test
  void oneConditionalRequestValidatesForAll() throws Exception {
    storeStale("old");
    answering((request, number) ->
        notModified().addHeader("Cache-Control", "max-age=60").headersDelay(50, MILLIS));

    List<Answer> answers = askAtOnce();

    assertThat(answers).extracting(Answer::body).containsOnly("old");
    assertThat(asked).hasValue(1);
    assertThat(answers)
        .filteredOn(answer -> answer.cacheStatus().contains("fwd=stale"))
        .filteredOn(answer -> !answer.cacheStatus().contains("collapsed"))
        .hasSize(1);
  }

  @Test
  void whatReplacesAStaleAnswerIsFetchedOnceForAll() throws Exception {
    storeStale("old");
    answering(
        (request, number) -> storable("new").addHeader("ETag", "\"v2\"").headersDelay(50, MILLIS));

    assertThat(askAtOnce()).extracting(Answer::body).containsOnly("new");
    assertThat(asked).hasValue(1);
  }

  @Test
  void aConfirmationThatHasBecomePrivateIsForOneClientAndEndsTheStoring() throws Exception {
    storeStale("old");
    answering((request, number) ->
        request.getHeaders().get("If-None-Match") == null
            ? new MockResponse.Builder().addHeader("Cache-Control", "private").body("own")
            : notModified().addHeader("Cache-Control", "private").headersDelay(50, MILLIS));

    List<Answer> answers = askAtOnce();

    assertThat(answers).extracting(Answer::body).containsAnyOf("old", "own");
    assertThat(answers).noneMatch(answer -> answer.cacheStatus().contains("collapsed"));
    assertThat(asked).hasValue(CLIENTS);
    assertThat(get("only-if-cached, max-stale").status()).isEqualTo(504);
  }

  @Test
  void anAnswerThatHasBecomePrivateIsForOneClientAndEndsTheStoring() throws Exception {
    storeStale("old");
    answering((request, number) ->
        new MockResponse.Builder()
            .addHeader("Cache-Control", "private")
            .body("own " + number)
            .headersDelay(50, MILLIS));

    assertThat(askAtOnce()).extracting(Answer::body).doesNotHaveDuplicates();
    assertThat(asked).hasValue(CLIENTS);
    assertThat(get("only-if-cached, max-stale").status()).isEqualTo(504);
  }

  @Test
  void aCookieSetByAConfirmationReachesWhoAskedForItAlone() throws Exception {
    storeStale("old");
    answering((request, number) ->
        notModified().addHeader("Set-Cookie", "client=" + number).headersDelay(50, MILLIS));

    List<Answer> answers = askAtOnce();

    assertThat(answers).extracting(Answer::body).containsOnly("old");
    assertThat(answers).extracting(Answer::cookie).doesNotHaveDuplicates();
  }

  @Test
  void whenTheOriginGivesNoAnswerAllGetWhatIsStored() throws Exception {
    storeStale("old");
    answering((request, number) -> notModified().onResponseStart(new SocketEffect.CloseSocket()));

    assertThat(askAtOnce()).extracting(Answer::body).containsOnly("old");
  }

  @Test
  void whenTheOriginGivesNoAnswerAllFailWhoMayNotGetWhatIsStored() throws Exception {
    storeStale("old", "max-age=0, must-revalidate");
    answering((request, number) -> notModified().onResponseStart(new SocketEffect.CloseSocket()));

    assertThatThrownBy(this::askAtOnce).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void nobodyWaitsForWhatWasForOneClientLastTime() throws Exception {
    CountDownLatch together = new CountDownLatch(CLIENTS);
    answering(
        (request, number) -> new MockResponse.Builder().addHeader("Cache-Control", "private"));
    get("");
    answering((request, number) -> {
      together.countDown();
      boolean all = awaits(together);
      return new MockResponse.Builder()
          .addHeader("Cache-Control", "private")
          .body(all ? "together" : "one after the other");
    });

    assertThat(askAtOnce()).extracting(Answer::body).containsOnly("together");
  }

  @Test
  void whatAPostStatesAnswersTheNextGet() throws Exception {
    storeStale("old");
    answering((request, number) -> storable("new").addHeader("Content-Location", "/a"));
    Request post =
        new Request.Builder()
            .url(origin.url("/a"))
            .post(RequestBody.create("x", MediaType.get("text/plain")))
            .build();
    try (Response response = fetch.newCall(post).execute()) {
      assertThat(response.body().string()).isEqualTo("new");
    }
    awaitStored();

    assertThat(get("").body()).isEqualTo("new");
    assertThat(asked).hasValue(1);
  }

  private static final TimeUnit MILLIS = TimeUnit.MILLISECONDS;

  private record Answer(int status, String body, String cacheStatus, String cookie) {}

  private void storeStale(String body) throws IOException {
    storeStale(body, "max-age=0");
  }

  private void storeStale(String body, String cacheControl) throws IOException {
    answering((request, number) ->
        new MockResponse.Builder()
            .addHeader("Cache-Control", cacheControl)
            .addHeader("ETag", "\"v1\"")
            .body(body));
    get("");
    awaitStored();
    asked.set(0);
  }

  /**
   * @param answer from the request and its number since this was said
   */
  private void answering(BiFunction<RecordedRequest, Integer, MockResponse.Builder> answer) {
    asked.set(0);
    origin.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return answer.apply(request, asked.incrementAndGet()).build();
          }
        });
  }

  private static MockResponse.Builder notModified() {
    return new MockResponse.Builder().code(304).addHeader("ETag", "\"v1\"");
  }

  private static MockResponse.Builder storable(String body) {
    return new MockResponse.Builder().addHeader("Cache-Control", "max-age=60").body(body);
  }

  private List<Answer> askAtOnce() throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> coming = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        coming.add(clients.submit(() -> get("")));
      }
      List<Answer> answers = new ArrayList<>();
      for (Future<Answer> answer : coming) {
        answers.add(answer.get(20, TimeUnit.SECONDS));
      }
      return answers;
    }
  }

  private Answer get(String cacheControl) throws IOException {
    Request.Builder request = new Request.Builder().url(origin.url("/a"));
    if (!cacheControl.isEmpty()) {
      request.header("Cache-Control", cacheControl);
    }
    try (Response response = fetch.newCall(request.build()).execute()) {
      return new Answer(
          response.code(),
          response.body().string(),
          String.valueOf(response.header("Cache-Status")),
          String.valueOf(response.header("Set-Cookie")));
    }
  }

  private void awaitStored() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> node.status().representations().resources() == 1);
  }

  private static boolean awaits(CountDownLatch latch) {
    try {
      return latch.await(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
