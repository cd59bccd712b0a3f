package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.peer.Identity;
import java.io.IOException;
import java.nio.file.Path;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of what a node was doing when it is closed. */
class NodeCloseTest {
  private final MockWebServer origin = new MockWebServer();
  private @TempDir Path directory;
  private final Identity alice = Identity.generate();
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

  @Test
  void whatHasComeWholeIsKeptThoughTheNodeIsClosedAtOnce() throws IOException {
    ByteString body = TestNodes.body(3_000_000);
    origin.enqueue(
        new MockResponse.Builder()
            .addHeader("Cache-Control", "max-age=60")
            .body(new Buffer().write(body))
            .build());
    try (FugitiveNode node = nodes.startOnDisk(alice, directory)) {
      assertThat(get(node)).isEqualTo(body);
    }
    FugitiveNode later = nodes.startOnDisk(alice, directory);
    later.setOffline(true);
    assertThat(get(later)).isEqualTo(body);
    assertThat(origin.getRequestCount()).isEqualTo(1);
  }

  private ByteString get(FugitiveNode node) throws IOException {
    Request request = new Request.Builder().url(origin.url("/a")).build();
    try (Response response = node.client().newCall(request).execute()) {
      return response.body().byteString();
    }
  }
}
