package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import mockwebserver3.MockWebServer;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node's stored bytes change on disk while it runs. */
class DamagedDiskTest {
  private static final int LENGTH = 5_000_000;

  private final MockWebServer server = new MockWebServer();
  private final RangeOrigin origin = new RangeOrigin(TestNodes.body(LENGTH));
  private @TempDir Path directory;
  private TestNodes nodes;
  private FugitiveNode alice;
  private FugitiveNode bob;

  /** Where in the file of a content. */
  enum Place {
    FIRST_BYTE(0),
    LATER(3_500_000),
    LEAF_HASHES(LENGTH + 100);

    private final long position;

    Place(long position) {
      this.position = position;
    }
  }

  @BeforeEach
  void start() throws IOException {
    server.setDispatcher(origin);
    server.start();
    nodes = new TestNodes(server.getHostName() + ":" + server.getPort());
    alice = nodes.startOnDisk(directory);
    bob = nodes.start(alice.peerId());
    assertThat(get(alice)).isEqualTo(origin.body());
    nodes.awaitHolding(bob, alice, server.url("/a"));
  }

  @AfterEach
  void close() throws IOException {
    nodes.close();
    server.close();
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void aPeersReaderStillGetsTheRightBytes(Place place) throws IOException {
    damage(place);

    assertThat(get(bob)).isEqualTo(origin.body());

    assertThat(bob.status().fetches().bytes(Provenance.ORIGIN)).isPositive();
    assertThat(alice.status().contents().damagedContents()).isEqualTo(1);
    assertThat(alice.status().contents().contents()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void itsOwnReaderStillGetsTheRightBytesAndTheContentHeals(Place place) throws IOException {
    damage(place);

    assertThat(get(alice)).isEqualTo(origin.body());

    assertThat(alice.status().contents().damagedContents()).isEqualTo(1);
    assertThat(get(alice)).isEqualTo(origin.body());
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> alice.status().contents().contents() == 1);
    int asked = server.getRequestCount();
    assertThat(get(alice)).isEqualTo(origin.body());
    assertThat(server.getRequestCount()).isEqualTo(asked);
  }

  private void damage(Place place) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("contents"))) {
      Path file = files.filter(path -> path.toFile().length() > LENGTH).findFirst().orElseThrow();
      try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
        content.seek(place.position);
        int was = content.read();
        content.seek(place.position);
        content.write(was ^ 1);
      }
    }
  }

  private ByteString get(FugitiveNode node) throws IOException {
    Request request = new Request.Builder().url(server.url("/a")).build();
    try (Response response = node.asSent().newCall(request).execute()) {
      return response.body().byteString();
    }
  }
}
