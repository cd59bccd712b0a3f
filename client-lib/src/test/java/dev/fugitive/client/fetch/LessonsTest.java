package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.trust.FugitiveSource;
import java.io.IOException;
import java.util.List;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mistakes that others made in systems of this kind, each with the promise that it broke. */
class LessonsTest {
  private final MockWebServer origin = new MockWebServer();
  private TestNodes nodes;
  private FugitiveNode alice;
  private FugitiveNode bob;

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

  /**
   * The body's length is the path's number; {@code /vary} answers by language, {@code /gzip} coded.
   */
  private static MockResponse answer(RecordedRequest request) {
    String path = request.getUrl().encodedPath();
    MockResponse.Builder response =
        new MockResponse.Builder().addHeader("Cache-Control", "max-age=60");
    if (path.equals("/vary")) {
      String language = String.valueOf(request.getHeaders().get("Accept-Language"));
      return HeadAware.answer(
          request,
          response.addHeader("Vary", "Accept-Language"),
          ByteString.encodeUtf8("hello in " + language));
    }
    if (path.equals("/gzip")) {
      return HeadAware.answer(request, response.addHeader("Content-Encoding", "gzip"), gzip());
    }
    return HeadAware.answer(request, response, body(path));
  }

  private static ByteString body(String path) {
    return TestNodes.body(Integer.parseInt(path.substring(1)));
  }

  /** Not gzip at all: whoever decodes it on the way fails. */
  private static ByteString gzip() {
    return TestNodes.body(100_001);
  }

  @Test
  void aLastChunkOfOneByteIsNotTheEnd() throws IOException {
    sharedByAlice("/" + (5 * 16_384 + 1));
  }

  @Test
  void aSecondTransferFromTheSamePeerWorksLikeTheFirst() throws IOException {
    for (int length = 200_000; length < 200_010; length++) {
      sharedByAlice("/" + length);
    }
  }

  @Test
  void aCodedBodyComesFromAPeerAsItWasSent() throws IOException {
    get(alice, "/gzip", "en");
    nodes.awaitHolding(bob, alice, origin.url("/gzip"));

    Answer answer = get(bob, "/gzip", "en");

    assertThat(answer.body()).isEqualTo(gzip());
    assertThat(answer.coding()).isEqualTo("gzip");
    assertThat(answer.source().from(Provenance.TIER1)).isEqualTo(gzip().size());
  }

  @Test
  void aPeersAnswerIsForThoseWhoAskedForTheSameVariant() throws IOException {
    get(alice, "/vary", "en");
    nodes.awaitHolding(bob, alice, origin.url("/vary"));

    Answer german = get(bob, "/vary", "de");
    Answer english = get(bob, "/vary", "en");

    assertThat(german.body().utf8()).isEqualTo("hello in de");
    assertThat(german.source().from(Provenance.TIER1)).isZero();
    assertThat(english.body().utf8()).isEqualTo("hello in en");
    assertThat(english.source().from(Provenance.TIER1)).isEqualTo(english.body().size());
  }

  @Test
  void whatIsStillArrivingIsSharedAlready() throws IOException {
    String path = "/24000000";
    get(alice, path, "en");
    nodes.awaitHolding(bob, alice, origin.url(path));
    FugitiveNode carol = nodes.start(alice.peerId());
    nodes.awaitHolding(carol, alice, origin.url(path));
    Request request = request(path, "en");
    try (Response response = bob.asSent().newCall(request).execute()) {
      BufferedSource source = response.body().source();
      ByteString begin = source.readByteString(4_000_000);
      Awaitility.await().until(() -> carol.peerNetwork().routing().status().peers() == 2);
      Answer answer = get(carol, path, "en");
      assertThat(answer.body()).isEqualTo(body(path));
      assertThat(begin).isEqualTo(body(path).substring(0, 4_000_000));
      assertThat(source.readByteString()).isEqualTo(body(path).substring(4_000_000));
    }
    assertThat(origin.getRequestCount()).isEqualTo(1);
  }

  @Test
  void anAnswerOverPlainHttpFromAnyOriginIsNotVouchedFor() throws IOException {
    try (TestNodes elsewhere = new TestNodes("origin.example:80")) {
      FugitiveNode careful = elsewhere.start();
      FugitiveNode believing = elsewhere.start(careful.peerId());
      get(careful, "/1000", "en");
      Awaitility.await().until(() -> careful.status().contents().contents() == 1);

      Answer answer = get(believing, "/1000", "en");

      assertThat(answer.body()).isEqualTo(body("/1000"));
      assertThat(answer.source().from(Provenance.ORIGIN)).isEqualTo(1000);
      assertThat(answer.source().why()).hasToString("Optional[NOT_SHAREABLE]");
    }
  }

  private void sharedByAlice(String path) throws IOException {
    get(alice, path, "en");
    nodes.awaitHolding(bob, alice, origin.url(path));
    int asked = origin.getRequestCount();

    Answer answer = get(bob, path, "en");

    assertThat(answer.body()).isEqualTo(body(path));
    assertThat(answer.source().from(Provenance.TIER1)).isEqualTo(body(path).size());
    assertThat(origin.getRequestCount()).isEqualTo(asked);
  }

  private record Answer(ByteString body, String coding, FugitiveSource source) {}

  private Request request(String path, String language) {
    return new Request.Builder().url(origin.url(path)).header("Accept-Language", language).build();
  }

  private Answer get(FugitiveNode node, String path, String language) throws IOException {
    try (Response response = node.asSent().newCall(request(path, language)).execute()) {
      FugitiveSource source =
          FugitiveSource.parse(List.of(String.valueOf(response.header(FugitiveSource.FIELD))))
              .orElseThrow();
      return new Answer(
          response.body().byteString(),
          String.valueOf(response.header("Content-Encoding")),
          source);
    }
  }
}
