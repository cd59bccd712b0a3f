package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.trust.FugitiveSource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import mockwebserver3.MockWebServer;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two names of one server in the intranet, whose answers have the same bytes: one is shared by the
 * user's word, the other is nobody else's business, not even that somebody wants it.
 */
class EvictedIntranetTest {
  private static final int LENGTH = 1_000_000;

  private final MockWebServer server = new MockWebServer();
  private final TestOrigin published = new TestOrigin();
  private @TempDir Path directory;
  private TestNodes nodes;
  private FugitiveNode alice;
  private FugitiveNode bob;

  @BeforeEach
  void start() throws IOException {
    server.setDispatcher(published);
    server.start();
    published.publish("/a", TestNodes.body(LENGTH));
    OkHttpClient intranet =
        new OkHttpClient.Builder()
            .dns(name -> List.of(InetAddress.getByAddress(name, new byte[] {127, 0, 0, 1})))
            .build();
    nodes = new TestNodes("mirror.example:" + server.getPort(), intranet);
    alice = nodes.start();
    bob = nodes.startOnDisk(directory, alice.peerId());
    get(alice, url("mirror.example"));
    nodes.awaitHolding(bob, alice, url("mirror.example"));
  }

  @AfterEach
  void close() throws IOException {
    nodes.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource({"mirror.example, true", "wiki.example, false"})
  void onlyWhatIsSharedIsAskedOfPeersOnceItsBytesAreLost(String host, boolean fromPeers)
      throws IOException {
    get(bob, url(host));
    if (fromPeers) {
      nodes.awaitHolding(alice, bob, url(host));
    }
    loseTheBytes();

    FugitiveSource source = get(bob, url(host));

    assertThat(source.from(Provenance.TIER1)).isEqualTo(fromPeers ? LENGTH : 0);
    assertThat(source.from(Provenance.ORIGIN)).isEqualTo(fromPeers ? 0 : LENGTH);
  }

  /** A first chunk that is damaged is as good as an eviction: the head is here, the body is not. */
  private void loseTheBytes() throws IOException {
    Path file =
        Awaitility.await()
            .pollInterval(Duration.ofMillis(5))
            .until(this::contentOnDisk, Optional::isPresent)
            .orElseThrow();
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      int was = content.read();
      content.seek(0);
      content.write(was ^ 1);
    }
  }

  private Optional<Path> contentOnDisk() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("contents"))) {
      return files.filter(path -> path.toFile().length() > LENGTH).findFirst();
    }
  }

  private HttpUrl url(String host) {
    return server.url("/a").newBuilder().host(host).build();
  }

  private static FugitiveSource get(FugitiveNode node, HttpUrl url) throws IOException {
    try (Response response =
        node.asSent().newCall(new Request.Builder().url(url).build()).execute()) {
      ByteString body = response.body().byteString();
      assertThat(body).isEqualTo(TestNodes.body(LENGTH));
      return FugitiveSource.parse(List.of(String.valueOf(response.header(FugitiveSource.FIELD))))
          .orElseThrow();
    }
  }
}
