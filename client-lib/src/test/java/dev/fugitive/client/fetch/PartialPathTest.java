package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ranges on the whole path: stored in part, combined, completed. */
class PartialPathTest {
  private static final int LENGTH = 200_000;

  private final MockWebServer origin = new MockWebServer();
  private final Origin representation = new Origin();
  private FugitiveNode node;
  private Call.Factory fetch;

  /** One body under every path; notes what is asked of it. */
  private static final class Origin extends Dispatcher {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
    final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    volatile ByteString body = bytes(1);
    volatile String entityTag = "\"1\"";
    volatile int maxAgeSeconds = 60;
    volatile String control = "";
    volatile CountDownLatch held = new CountDownLatch(0);
    volatile boolean breaking;
    volatile String contentRange = "";
    volatile int changingAfter = Integer.MAX_VALUE;

    @Override
    public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
      MockResponse response = answer(request);
      held.await();
      if (asked.size() == changingAfter) {
        change();
      }
      return response;
    }

    void change() {
      body = bytes(2);
      entityTag = "\"2\"";
    }

    private MockResponse answer(RecordedRequest request) {
      String range = request.getHeaders().get("Range");
      String ifRange = request.getHeaders().get("If-Range");
      String noneMatch = request.getHeaders().get("If-None-Match");
      asked.add(
          request.getMethod()
              + (range == null ? "" : " " + range)
              + (ifRange == null ? "" : " if " + ifRange)
              + (noneMatch == null ? "" : " unless " + noneMatch));
      MockResponse.Builder response =
          new MockResponse.Builder()
              .addHeader("Cache-Control", control.isEmpty() ? "max-age=" + maxAgeSeconds : control)
              .addHeader("Content-Type", "text/plain")
              .addHeader("ETag", entityTag);
      if (entityTag.equals(noneMatch)) {
        return response.code(304).build();
      }
      Matcher bounds = RANGE.matcher(range == null ? "" : range);
      if (!bounds.matches() || (ifRange != null && !ifRange.equals(entityTag))) {
        return HeadAware.answer(
            request, breaking ? response.onResponseBody(cut()) : response, body);
      }
      int first = Integer.parseInt(bounds.group(1));
      int last = bounds.group(2).isEmpty() ? body.size() - 1 : Integer.parseInt(bounds.group(2));
      String stated = "bytes %d-%d/%d".formatted(first, last, body.size());
      return response
          .code(206)
          .addHeader("Content-Range", contentRange.isEmpty() ? stated : contentRange)
          .body(new Buffer().write(body.substring(first, last + 1)))
          .build();
    }

    private static SocketEffect cut() {
      return new SocketEffect.CloseSocket();
    }
  }

  @BeforeEach
  void start() throws IOException {
    origin.setDispatcher(representation);
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
  void aRangeOfAnUnknownResourceIsAskedForAloneAndKept() throws IOException {
    assertThat(get("bytes=1000-1999")).isEqualTo(part(1000, 1999));
    assertThat(get("bytes=1100-1199")).isEqualTo(part(1100, 1199));
    assertThat(get("bytes=1500-1999")).isEqualTo(part(1500, 1999));
    assertThat(representation.asked).containsExactly("GET bytes=1000-1999");
  }

  @Test
  void whatIsMissingOfARangeIsAskedForAloneAndCombined() throws IOException {
    get("bytes=0-49999");
    get("bytes=100000-149999");

    assertThat(get("bytes=20000-119999")).isEqualTo(part(20_000, 119_999));
    assertThat(get("bytes=0-149999")).isEqualTo(part(0, 149_999));
    assertThat(representation.asked)
        .containsExactly(
            "GET bytes=0-49999", "GET bytes=100000-149999", "GET bytes=50000-99999 if \"1\"");
  }

  @Test
  void aRequestForTheWholeGetsTheRestOfIt() throws IOException {
    get("bytes=0-49999");
    get("bytes=100000-149999");

    assertThat(get(null)).isEqualTo(whole());
    assertThat(representation.asked.subList(2, 4))
        .containsExactly("GET bytes=50000-99999 if \"1\"", "GET bytes=150000-199999 if \"1\"");
    awaitWhole();
    assertThat(get(null)).isEqualTo(whole());
    assertThat(get("bytes=-5")).isEqualTo(part(LENGTH - 5, LENGTH - 1));
    assertThat(representation.asked).hasSize(4);
  }

  @Test
  void partsOfWhichNothingIsMissingBecomeAContentLikeAnyOther() throws IOException {
    get("bytes=100000-");
    get("bytes=0-99999");

    awaitWhole();
    assertThat(node.status().contents().contents()).isEqualTo(1);
    assertThat(get(null)).isEqualTo(whole());
    assertThat(representation.asked).hasSize(2);
  }

  @Test
  void aChangedRepresentationIsNeverMixedIn() throws IOException {
    get("bytes=0-49999");
    representation.change();

    assertThat(get(null)).isEqualTo(whole());
    assertThat(representation.asked).last().isEqualTo("GET bytes=50000- if \"1\"");
  }

  @Test
  void aRangeOfAChangedRepresentationReplacesTheParts() throws IOException {
    get("bytes=0-49999");
    representation.change();

    assertThat(get("bytes=100000-100009")).isEqualTo(part(100_000, 100_009));
    assertThat(get("bytes=0-9")).isEqualTo(part(0, 9));
    assertThat(representation.asked).last().isEqualTo("GET bytes=0-9");
  }

  @Test
  void aRepresentationThatChangesBetweenTwoGapsEndsTheBody() throws IOException {
    get("bytes=50000-59999");
    representation.changingAfter = 2;

    assertThatThrownBy(() -> get(null)).isInstanceOf(IOException.class);
    assertThat(representation.asked)
        .containsExactly(
            "GET bytes=50000-59999",
            "GET bytes=0-49999 if \"1\"",
            "GET bytes=60000-199999 if \"1\"");
    assertThat(get(null)).isEqualTo(whole());
  }

  @Test
  void stalePartsAreValidatedForTheSameRange() throws IOException {
    representation.maxAgeSeconds = 0;
    get("bytes=0-9");
    representation.maxAgeSeconds = 60;

    assertThat(get("bytes=2-5")).isEqualTo(part(2, 5));
    assertThat(get("bytes=3-5")).isEqualTo(part(3, 5));
    assertThat(representation.asked).containsExactly("GET bytes=0-9", "GET bytes=2-5 unless \"1\"");
  }

  @Test
  void aHeadFreshensPartsAndForgetsThoseOfAnother() throws IOException {
    representation.maxAgeSeconds = 0;
    get("bytes=0-9");
    representation.maxAgeSeconds = 60;
    head();
    assertThat(get("bytes=2-5")).isEqualTo(part(2, 5));

    representation.entityTag = "\"2\"";
    head();
    assertThat(get("bytes=2-5")).isEqualTo(part(2, 5));
    assertThat(representation.asked)
        .containsExactly("GET bytes=0-9", "HEAD", "HEAD", "GET bytes=2-5");
  }

  @Test
  void aBodyThatWasInterruptedIsCompletedByTheNextWhoAsks() throws IOException {
    representation.breaking = true;
    assertThatThrownBy(() -> get(null)).isInstanceOf(IOException.class);
    representation.breaking = false;

    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> get("bytes=0-9").equals(part(0, 9)));
    representation.asked.clear();
    assertThat(get(null)).isEqualTo(whole());
    assertThat(representation.asked.getFirst()).matches("GET bytes=\\d+- if \"1\"");
  }

  @Test
  void severalRangesAreAnsweredFromPartsOnlyWhereAllAreThere() throws IOException {
    get("bytes=0-99");
    get("bytes=1000-1099");

    Answer several = get("bytes=0-9,1000-1009");
    assertThat(several.status()).isEqualTo(206);
    assertThat(several.body().utf8())
        .contains("Content-Range: bytes 0-9/200000", "Content-Range: bytes 1000-1009/200000");
    assertThat(representation.asked).hasSize(2);
    get("bytes=0-9,2000-2009");
    assertThat(representation.asked).last().isEqualTo("GET bytes=0-9,2000-2009");
  }

  @Test
  void aPartThatSaysItIsAnotherIsPassedOnAndNotCombined() throws IOException {
    get("bytes=0-9");
    representation.contentRange = "bytes 100-109/200000";
    get("bytes=0-19");
    representation.contentRange = "bytes 10-9/200000";
    get("bytes=50-59");
    representation.contentRange = "";

    assertThat(get("bytes=10-19")).isEqualTo(part(10, 19));
    assertThat(get("bytes=50-59")).isEqualTo(part(50, 59));
    assertThat(representation.asked).endsWith("GET bytes=50-59");
  }

  @Test
  void anAnswerThatWasCompletedSaysSo() throws IOException {
    assertThat(cacheStatus("bytes=0-49999"))
        .isEqualTo("Fugitive; fwd=uri-miss; fwd-status=206; stored");
    assertThat(cacheStatus("bytes=20000-59999"))
        .isEqualTo("Fugitive; fwd=partial; fwd-status=206; stored");
    assertThat(cacheStatus("bytes=100-59999")).startsWith("Fugitive; hit; ttl=");
    assertThat(cacheStatus(null)).isEqualTo("Fugitive; fwd=partial; fwd-status=206; stored");
  }

  @Test
  void partsOfAnotherRepresentationAreNoLessSelected() throws IOException {
    cacheStatus("bytes=0-49999");
    representation.change();
    assertThat(cacheStatus(null)).isEqualTo("Fugitive; fwd=partial; fwd-status=200; stored");
  }

  @Test
  void manyWhoAskForTheSameRangeAtOnceCostTheOriginOneAnswer() throws Exception {
    representation.held = new CountDownLatch(1);
    List<Future<Answer>> answers = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        answers.add(clients.submit(() -> get("bytes=1000-70000")));
      }
      Awaitility.await().until(() -> representation.asked.size() == 1);
      representation.held.countDown();
      for (Future<Answer> answer : answers) {
        assertThat(answer.get()).isEqualTo(part(1000, 70_000));
      }
    }
    assertThat(representation.asked).containsExactly("GET bytes=1000-70000");
  }

  @Test
  void nobodyWaitsForARangeThatIsNotKept() throws Exception {
    representation.control = "no-store";
    representation.held = new CountDownLatch(1);
    List<Future<Answer>> answers = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 4; i++) {
        answers.add(clients.submit(() -> get("bytes=10-19")));
      }
      Awaitility.await().until(() -> representation.asked.size() == 1);
      representation.held.countDown();
      for (Future<Answer> answer : answers) {
        assertThat(answer.get()).isEqualTo(part(10, 19));
      }
    }
    assertThat(representation.asked).hasSize(4);
  }

  private record Answer(int status, ByteString body, String range) {}

  private Answer part(int first, int last) {
    return new Answer(
        206,
        representation.body.substring(first, last + 1),
        "bytes %d-%d/%d".formatted(first, last, LENGTH));
  }

  private Answer whole() {
    return new Answer(200, representation.body, "null");
  }

  private Answer get(@Nullable String range) throws IOException {
    Request.Builder request = new Request.Builder().url(origin.url("/a"));
    if (range != null) {
      request.header("Range", range);
    }
    try (Response response = fetch.newCall(request.build()).execute()) {
      return new Answer(
          response.code(),
          response.body().byteString(),
          String.valueOf(response.header("Content-Range")));
    }
  }

  private String cacheStatus(@Nullable String range) throws IOException {
    Request.Builder request = new Request.Builder().url(origin.url("/a"));
    if (range != null) {
      request.header("Range", range);
    }
    try (Response response = fetch.newCall(request.build()).execute()) {
      response.body().bytes();
      return String.valueOf(response.header("Cache-Status"));
    }
  }

  private void head() throws IOException {
    Request request = new Request.Builder().url(origin.url("/a")).head().build();
    try (Response response = fetch.newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(200);
    }
  }

  private void awaitWhole() {
    Request request =
        new Request.Builder()
            .url(origin.url("/a"))
            .header("Cache-Control", "only-if-cached")
            .build();
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> {
          try (Response response = fetch.newCall(request).execute()) {
            return response.code() == 200 && node.status().contents().contents() == 1;
          }
        });
  }

  private static ByteString bytes(long seed) {
    byte[] bytes = new byte[LENGTH];
    new Random(seed).nextBytes(bytes);
    return ByteString.of(bytes);
  }
}
