package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.CacheControl;
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

/** What a node gives without asking any origin. */
class OfflineTest {
  private final MockWebServer origin = new MockWebServer();
  private TestNodes nodes;
  private FugitiveNode alice;
  private FugitiveNode bob;

  @BeforeEach
  void start() throws IOException {
    origin.start();
    nodes = new TestNodes(origin.getHostName() + ":" + origin.getPort());
    alice = nodes.start();
    bob = nodes.start(alice.peerId());
  }

  @AfterEach
  void close() throws IOException {
    nodes.close();
    origin.close();
  }

  @Test
  void whatIsFreshIsServed() throws IOException {
    fetched(alice, answer("max-age=60"));
    alice.setOffline(true);

    assertAnswered(alice, "memory=4");
  }

  @Test
  void whatIsStaleIsServedToo() throws IOException {
    fetched(alice, answer("max-age=1").newBuilder().addHeader("Age", "100").build());
    alice.setOffline(true);

    assertAnswered(alice, "memory=4");
  }

  @Test
  void whatMustBeValidatedIsNot() throws IOException {
    fetched(
        alice, answer("max-age=1, must-revalidate").newBuilder().addHeader("Age", "100").build());
    alice.setOffline(true);

    assertUnavailable(alice);
  }

  @Test
  void whatNobodyHasIs504AndSaysWhy() throws IOException {
    alice.setOffline(true);

    try (Response response = call(alice, request())) {
      assertThat(response.code()).isEqualTo(504);
      assertThat(response.header("Cache-Status")).contains("detail=offline");
      assertThat(response.header("Fugitive-Source")).contains("why=");
      assertThat(response.body().string())
          .startsWith("offline: GET " + origin.url("/a") + " is not asked of its origin")
          .contains("no peer gives it");
    }
    assertThat(origin.getRequestCount()).isZero();
  }

  @Test
  void aPeerWithAVoucherGivesItWhole() throws IOException {
    ByteString body = TestNodes.body(2_000_000);
    fetched(
        alice,
        new MockResponse.Builder()
            .addHeader("Cache-Control", "max-age=60")
            .body(new Buffer().write(body))
            .build());
    nodes.awaitHolding(bob, alice, origin.url("/a"));
    bob.setOffline(true);

    try (Response response = call(bob, request())) {
      assertThat(response.body().byteString()).isEqualTo(body);
    }
    assertThat(origin.getRequestCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPeerGivesTheVariantThatIsNotHere(boolean offline) throws IOException {
    origin.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            String language = String.valueOf(request.getHeaders().get("Accept-Language"));
            return new MockResponse.Builder()
                .addHeader("Cache-Control", "max-age=60")
                .addHeader("Vary", "Accept-Language")
                .addHeader("ETag", '"' + language + '"')
                .body("in " + language)
                .build();
          }
        });
    assertThat(in("fr", alice)).isEqualTo("in fr");
    assertThat(in("de", bob)).isEqualTo("in de");
    nodes.awaitHolding(bob, alice, origin.url("/a"));
    if (offline) {
      bob.setOffline(true);
    } else {
      origin.close();
    }

    assertThat(in("fr", bob)).isEqualTo("in fr");
  }

  private String in(String language, FugitiveNode node) throws IOException {
    Request request = request().newBuilder().header("Accept-Language", language).build();
    try (Response response = call(node, request)) {
      return response.body().string();
    }
  }

  @Test
  void writingIs504() throws IOException {
    alice.setOffline(true);
    Request post = request().newBuilder().post(RequestBody.create("x", null)).build();

    try (Response response = call(alice, post)) {
      assertThat(response.code()).isEqualTo(504);
    }
    assertThat(origin.getRequestCount()).isZero();
  }

  @Test
  void oneRequestMayBeOfflineAlone() throws IOException {
    Request offline = FetchOptions.NONE.withOffline(true).on(request());
    try (Response response = call(alice, offline)) {
      assertThat(response.code()).isEqualTo(504);
    }
    assertThat(origin.getRequestCount()).isZero();

    fetched(alice, answer("max-age=60"));
    try (Response response = call(alice, offline)) {
      assertThat(response.code()).isEqualTo(200);
    }
  }

  @Test
  void backOnlineOriginsAreAskedAgain() throws IOException {
    alice.setOffline(true);
    assertUnavailable(alice);
    alice.setOffline(false);

    fetched(alice, answer("max-age=60"));
    assertThat(origin.getRequestCount()).isEqualTo(1);
  }

  private void assertAnswered(FugitiveNode node, String source) throws IOException {
    int before = origin.getRequestCount();
    try (Response response = call(node, request())) {
      assertThat(response.code()).isEqualTo(200);
      assertThat(response.header("Fugitive-Source")).contains(source);
      assertThat(Objects.requireNonNull(response.cacheResponse()).code()).isEqualTo(200);
    }
    assertThat(origin.getRequestCount()).isEqualTo(before);
  }

  private void assertUnavailable(FugitiveNode node) throws IOException {
    int before = origin.getRequestCount();
    try (Response response = call(node, request())) {
      assertThat(response.code()).isEqualTo(504);
    }
    assertThat(origin.getRequestCount()).isEqualTo(before);
  }

  /** The node gets an answer from the origin and stores it. */
  private void fetched(FugitiveNode node, MockResponse answer) throws IOException {
    origin.enqueue(answer);
    try (Response response = call(node, request())) {
      response.body().bytes();
    }
    Request stored = request().newBuilder().cacheControl(CacheControl.FORCE_CACHE).build();
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> {
          try (Response response = call(node, stored)) {
            return response.code() == 200 || answer.getHeaders().toString().contains("must-");
          }
        });
  }

  private static MockResponse answer(String cacheControl) {
    return new MockResponse.Builder().addHeader("Cache-Control", cacheControl).body("body").build();
  }

  private Request request() {
    return new Request.Builder().url(origin.url("/a")).build();
  }

  private static Response call(FugitiveNode node, Request request) throws IOException {
    return node.client().newCall(request).execute();
  }
}
