package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Request;
import okhttp3.Response;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * RFC 9111 section 4.1: a request for which another variant is stored asks whether it may be it.
 */
final class VariantValidationTest {
  private static final String GERMAN = "de";

  private final MockWebServer origin = new MockWebServer();
  private final List<String> conditions = new CopyOnWriteArrayList<>();
  private FugitiveNode node;

  /** A site in German and in English, the latter for whoever asks for anything else. */
  private final class Site extends Dispatcher {
    @Override
    public MockResponse dispatch(RecordedRequest request) {
      boolean german = GERMAN.equals(request.getHeaders().get("Accept-Language"));
      String tag = german ? "\"de\"" : "\"en\"";
      String condition = String.valueOf(request.getHeaders().get("If-None-Match"));
      conditions.add(condition);
      MockResponse.Builder answer =
          new MockResponse.Builder()
              .addHeader("ETag", tag)
              .addHeader("Vary", "Accept-Language")
              .addHeader("Cache-Control", "max-age=60");
      return condition.contains(tag)
          ? answer.code(304).build()
          : answer.body(german ? "Hallo" : "Hello").build();
    }
  }

  @BeforeEach
  void start() throws IOException {
    origin.setDispatcher(new Site());
    origin.start();
    node = LoneNode.start();
  }

  @AfterEach
  void close() throws IOException {
    node.close();
    origin.close();
  }

  @Test
  void theVariantThatTheOriginNamesAnswersAndIsStoredForTheseFieldsToo() throws IOException {
    assertThat(get(GERMAN)).startsWith("Hallo");
    awaitStored(GERMAN);
    assertThat(get("en")).startsWith("Hello").contains("fwd=vary-miss; fwd-status=200; stored");
    awaitStored("en");
    assertThat(get("fr")).startsWith("Hello").contains("fwd=vary-miss; fwd-status=304; stored");
    assertThat(get("fr")).startsWith("Hello").contains("; hit");
    assertThat(get(GERMAN)).startsWith("Hallo").contains("; hit");
    assertThat(conditions).hasSize(3);
    assertThat(conditions.subList(0, 2)).containsExactly("null", "\"de\"");
    assertThat(conditions.getLast()).contains("\"de\"").contains("\"en\"");
  }

  @Test
  void aNewVariantIsFetchedWholeAndLeavesTheOthers() throws IOException {
    assertThat(get("en")).startsWith("Hello");
    awaitStored("en");
    assertThat(get(GERMAN)).startsWith("Hallo");
    awaitStored(GERMAN);
    assertThat(get("en")).startsWith("Hello").contains("; hit");
    assertThat(conditions).containsExactly("null", "\"en\"");
  }

  @Test
  void aClientWhoMayLeaveNothingBehindTakesNothingAway() throws IOException {
    assertThat(get("en")).startsWith("Hello");
    awaitStored("en");
    Request personal = request("fr").newBuilder().header("Authorization", "Basic eDp5").build();
    assertThat(answer(personal)).startsWith("Hello").contains("fwd-status=304");
    assertThat(get("en")).startsWith("Hello").contains("; hit");
    assertThat(get("fr")).startsWith("Hello").contains("fwd-status=304; stored");
  }

  private void awaitStored(String language) {
    Request request =
        request(language).newBuilder().header("Cache-Control", "only-if-cached").build();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> answer(request).contains("; hit"));
  }

  private String get(String language) throws IOException {
    return answer(request(language));
  }

  private Request request(String language) {
    return new Request.Builder().url(origin.url("/a")).header("Accept-Language", language).build();
  }

  /** The body, then Cache-Status. */
  private String answer(Request request) throws IOException {
    try (Response response = node.asSent().newCall(request).execute()) {
      return response.body().string() + " " + response.header("Cache-Status");
    }
  }
}
