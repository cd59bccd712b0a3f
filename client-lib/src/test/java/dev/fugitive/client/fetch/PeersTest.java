package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.trust.FugitiveSource;
import java.io.IOException;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that fetch from each other over links in memory. */
class PeersTest {
  private final MockWebServer origin = new MockWebServer();
  private TestNodes nodes;

  @BeforeEach
  void start() throws IOException {
    origin.start();
    nodes = new TestNodes(origin.getHostName() + ":" + origin.getPort());
  }

  @AfterEach
  void close() throws IOException {
    nodes.close();
    origin.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16383, 16384, 16385, 5_000_000})
  void whatOneFetchedTheOtherGetsFromIt(int length) throws IOException {
    ByteString body = TestNodes.body(length);
    origin.enqueue(storable(body));
    FugitiveNode alice = nodes.start();
    FugitiveNode bob = nodes.start(alice.peerId());
    assertThat(get(alice, "/a").body()).isEqualTo(body);
    nodes.awaitHolding(bob, alice, origin.url("/a"));

    Answer answer = get(bob, "/a");

    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.source().from(Provenance.TIER1)).isEqualTo(length);
    assertThat(answer.source().why()).isEmpty();
    assertThat(origin.getRequestCount()).isEqualTo(1);
  }

  @Test
  void withoutTrustInItsKeyAPeerIsNotBelieved() throws IOException {
    origin.enqueue(storable(TestNodes.body(50_000)));
    origin.enqueue(storable(TestNodes.body(50_000)));
    FugitiveNode alice = nodes.start();
    FugitiveNode bob = nodes.start();
    get(alice, "/a");
    nodes.awaitHolding(bob, alice, origin.url("/a"));

    Answer answer = get(bob, "/a");

    assertThat(answer.source().from(Provenance.ORIGIN)).isEqualTo(50_000);
    assertThat(answer.source().why()).hasToString("Optional[NO_EVIDENCE]");
  }

  @Test
  void aVoucherIsPassedOnByThoseWhoBelievedIt() throws IOException {
    ByteString body = TestNodes.body(200_000);
    origin.enqueue(storable(body));
    FugitiveNode alice = nodes.start();
    FugitiveNode bob = nodes.start(alice.peerId());
    get(alice, "/a");
    nodes.awaitHolding(bob, alice, origin.url("/a"));
    get(bob, "/a");
    FugitiveNode carol = nodes.start(alice.peerId());
    nodes.awaitHolding(carol, bob, origin.url("/a"));
    alice.close();
    origin.close();

    Answer answer = get(carol, "/a");

    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.source().from(Provenance.TIER1)).isEqualTo(200_000);
  }

  private record Answer(int status, ByteString body, FugitiveSource source) {}

  private Answer get(FugitiveNode node, String path) throws IOException {
    Request request = new Request.Builder().url(origin.url(path)).build();
    try (Response response = node.asSent().newCall(request).execute()) {
      FugitiveSource source =
          FugitiveSource.parse(List.of(String.valueOf(response.header(FugitiveSource.FIELD))))
              .orElseThrow();
      return new Answer(response.code(), response.body().byteString(), source);
    }
  }

  private static MockResponse storable(ByteString body) {
    return new MockResponse.Builder()
        .addHeader("Cache-Control", "max-age=60")
        .body(new Buffer().write(body))
        .build();
  }
}
