package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.trust.FugitiveSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was everybody's until its origin, asked again, says that it no longer is. */
class WithdrawnSharingTest {
  private static final ByteString BODY = TestNodes.body(50_000);

  private final MockWebServer origin = new MockWebServer();
  private TestNodes nodes;
  private FugitiveNode alice;
  private FugitiveNode bob;

  private volatile String cacheControl = "";

  @BeforeEach
  void start() throws IOException {
    origin.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return answer(request);
          }
        });
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

  private MockResponse answer(RecordedRequest request) {
    MockResponse.Builder answer =
        new MockResponse.Builder()
            .addHeader("Cache-Control", cacheControl)
            .addHeader("ETag", "\"v1\"");
    return request.getHeaders().get("If-None-Match") == null
        ? answer.body(new Buffer().write(BODY)).build()
        : answer.code(304).build();
  }

  @Test
  void aConfirmationThatHasBecomePrivateTakesTheOfferBack() throws IOException {
    offeredByAlice("max-age=60");
    cacheControl = "private";

    assertThat(get(alice, "max-age=0").body()).isEqualTo(BODY);

    awaitForgotten(alice);
    assertNobodyGivesIt();
  }

  @Test
  void aRefreshBehindTheClientsBackTakesTheOfferBackToo() throws IOException {
    offeredByAlice("max-age=0, stale-while-revalidate=60");
    cacheControl = "private";

    assertThat(get(alice, "").body()).isEqualTo(BODY);

    awaitForgotten(alice);
    assertNobodyGivesIt();
  }

  @Test
  void whatAVoucherStatesIsNotTakenFromAPeerOnceItIsPrivate() throws IOException {
    offeredByAlice("max-age=0");
    cacheControl = "private";

    Answer answer = get(bob, "");

    assertThat(answer.body()).isEqualTo(BODY);
    assertThat(answer.source().from(Provenance.TIER1)).isZero();
    assertThat(answer.source().why()).hasToString("Optional[NOT_SHAREABLE]");
    assertThat(bob.status().contents().contents()).isZero();
    assertThat(get(bob, "only-if-cached, max-stale").status()).isEqualTo(504);
  }

  private void offeredByAlice(String stated) throws IOException {
    cacheControl = stated;
    get(alice, "");
    nodes.awaitHolding(bob, alice, origin.url("/a"));
  }

  private static void awaitForgotten(FugitiveNode node) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> node.status().representations().resources() == 0);
  }

  /** Even where the origin would have no objection to whoever asks next. */
  private void assertNobodyGivesIt() throws IOException {
    cacheControl = "max-age=60";
    assertThat(get(bob, "").source().from(Provenance.TIER1)).isZero();
  }

  private record Answer(int status, ByteString body, FugitiveSource source) {}

  private Answer get(FugitiveNode node, String cacheControl) throws IOException {
    Request.Builder request = new Request.Builder().url(origin.url("/a"));
    if (!cacheControl.isEmpty()) {
      request.header("Cache-Control", cacheControl);
    }
    try (Response response = node.asSent().newCall(request.build()).execute()) {
      FugitiveSource source =
          FugitiveSource.parse(List.of(String.valueOf(response.header(FugitiveSource.FIELD))))
              .orElseThrow();
      return new Answer(response.code(), response.body().byteString(), source);
    }
  }
}
