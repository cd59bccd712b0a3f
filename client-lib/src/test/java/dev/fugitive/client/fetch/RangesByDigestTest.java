package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.trust.FugitiveSource;
import dev.fugitive.client.trust.Why;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import mockwebserver3.MockWebServer;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A checksum file names a whole file, and a client asks for parts of it; nobody's key is trusted.
 */
class RangesByDigestTest {
  private static final int LENGTH = 320_000;
  private static final ByteString FILE = TestNodes.body(LENGTH);
  private static final Digest NAMED = new Digest(Digest.Algorithm.SHA_256, FILE.sha256());

  private final MockWebServer site = new MockWebServer();
  private final TestOrigin origin = new TestOrigin();
  private TestNodes nodes;
  private FugitiveNode bob;

  @BeforeEach
  void start() throws IOException {
    site.setDispatcher(origin);
    site.start();
    origin.publish("/d/a.iso", FILE, Map.of("Content-Type", "application/octet-stream"));
    origin.publish(
        "/d/a.iso.sha256",
        ByteString.encodeUtf8(FILE.sha256().hex() + "  a.iso\n"),
        Map.of("Content-Type", "text/plain"));
    nodes = new TestNodes(site.getHostName());
    FugitiveNode alice = nodes.start();
    bob = nodes.start();
    get(alice, "/d/a.iso", "");
    get(bob, "/d/a.iso.sha256", "");
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> !bob.peerNetwork().routing().holdersOf(NAMED).isEmpty());
  }

  @AfterEach
  void close() throws IOException {
    nodes.close();
    site.close();
  }

  @Test
  void aPartComesFromAStrangerOnceTheWholeIsProven() throws IOException {
    int asked = origin.gets();

    Answer answer = get(bob, "/d/a.iso", "bytes=100000-199999");

    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.body()).isEqualTo(FILE.substring(100_000, 200_000));
    assertThat(answer.range()).contains("bytes 100000-199999/" + LENGTH);
    assertThat(answer.source().from(Provenance.TIER1)).isEqualTo(100_000);
    assertThat(answer.source().from(Provenance.ORIGIN)).isZero();
    assertThat(origin.gets()).isEqualTo(asked);
  }

  @Test
  void aRangeThatIsTheWholeFileIsAnsweredAsARange() throws IOException {
    Answer answer = get(bob, "/d/a.iso", "bytes=0-");

    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.body()).isEqualTo(FILE);
    assertThat(answer.range()).contains("bytes 0-" + (LENGTH - 1) + "/" + LENGTH);
    assertThat(answer.source().from(Provenance.TIER1)).isEqualTo(LENGTH);
  }

  @Test
  void theNextPartIsHereAlready() throws IOException {
    get(bob, "/d/a.iso", "bytes=0-99999");

    Answer answer = get(bob, "/d/a.iso", "bytes=300000-300009");

    assertThat(answer.body()).isEqualTo(FILE.substring(300_000, 300_010));
    assertThat(answer.source().from(Provenance.MEMORY)).isEqualTo(10);
  }

  @Test
  void allWhoAskForPartsAtOnceAreServedByOneProof() throws Exception {
    int asked = origin.gets();
    int parts = 8;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers =
          threads.invokeAll(
              IntStream.range(0, parts)
                  .<Callable<Answer>>mapToObj(i -> () -> get(bob, "/d/a.iso", range(i, parts)))
                  .toList());
      for (int i = 0; i < parts; i++) {
        int size = LENGTH / parts;
        assertThat(answers.get(i).get().body()).isEqualTo(FILE.substring(i * size, (i + 1) * size));
      }
    }
    assertThat(origin.gets()).isEqualTo(asked);
  }

  private static String range(int index, int of) {
    int size = LENGTH / of;
    return "bytes=%d-%d".formatted(index * size, (index + 1) * size - 1);
  }

  @Test
  void aSmallPartIsNotWorthTheWhole() throws IOException {
    Answer answer = get(bob, "/d/a.iso", "bytes=0-9");

    assertThat(answer.body()).isEqualTo(FILE); // this origin knows no ranges
    assertThat(answer.source().why()).contains(Why.NO_ROOT);
  }

  @Test
  void severalRangesAreTheOriginsToGive() throws IOException {
    Answer answer = get(bob, "/d/a.iso", "bytes=0-99999,200000-299999");

    assertThat(answer.source().from(Provenance.TIER1)).isZero();
    assertThat(answer.source().why()).contains(Why.NO_ROOT);
  }

  private record Answer(
      int status, ByteString body, Optional<String> range, FugitiveSource source) {}

  private Answer get(FugitiveNode node, String path, String range) throws IOException {
    Request.Builder request = new Request.Builder().url(site.url(path));
    if (!range.isEmpty()) {
      request.header("Range", range);
    }
    try (Response response = node.asSent().newCall(request.build()).execute()) {
      return new Answer(
          response.code(),
          response.body().byteString(),
          Optional.ofNullable(response.header("Content-Range")),
          FugitiveSource.parse(List.of(String.valueOf(response.header(FugitiveSource.FIELD))))
              .orElseThrow());
    }
  }
}
