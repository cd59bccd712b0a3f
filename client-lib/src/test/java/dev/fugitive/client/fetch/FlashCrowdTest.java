package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import mockwebserver3.MockWebServer;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes want the same file of a site with a manifest at once, and nobody has it. */
class FlashCrowdTest {
  private static final int NODES = 5;
  private static final ByteString BODY = TestNodes.body(4 * 1024 * 1024 + 17);

  private final MockWebServer server = new MockWebServer();
  private final List<FugitiveNode> crowd = new ArrayList<>();
  private PublishedSite site;
  private TestNodes nodes;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    site = new PublishedSite(folder);
    server.setDispatcher(site);
    server.start();
    site.put("page", ByteString.encodeUtf8("a page"));
    site.put("file", BODY);
    site.publish(server.url("/"));
    nodes = new TestNodes(server.getHostName() + ":" + server.getPort());
    for (int i = 0; i < NODES; i++) {
      crowd.add(nodes.start());
    }
    // everybody has met everybody, and has been told that the site has a manifest
    for (FugitiveNode node : crowd) {
      get(node, "/page");
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            crowd.stream()
                .allMatch(node -> node.peerNetwork().mesh().sessions().size() == NODES - 1));
  }

  @AfterEach
  void close() throws IOException {
    nodes.close();
    server.close();
  }

  @Test
  void theOriginSendsEachByteAboutOnce() throws Exception {
    long before = site.fileBytes();
    assertThat(allGet("/file")).hasSize(NODES).allMatch(BODY::equals);
    assertThat(site.fileBytes() - before).isLessThan(3L * BODY.size());
    long fromPeers =
        crowd.stream().mapToLong(node -> node.status().fetches().bytes(Provenance.TIER1)).sum();
    assertThat(fromPeers).isGreaterThan((NODES - 3L) * BODY.size());
  }

  @Test
  void anOriginWithoutRangesIsSharedToo() throws Exception {
    site.ignoreRanges();
    assertThat(allGet("/file")).hasSize(NODES).allMatch(BODY::equals);
    long fromPeers =
        crowd.stream().mapToLong(node -> node.status().fetches().bytes(Provenance.TIER1)).sum();
    assertThat(fromPeers).isGreaterThan(BODY.size());
  }

  @Test
  void whatTheManifestNoLongerDescribesComesFromTheOrigin() throws Exception {
    ByteString changed = TestNodes.body(BODY.size() + 1).substring(1);
    site.put("file", changed);
    assertThat(allGet("/file")).hasSize(NODES).allMatch(changed::equals);
  }

  @Test
  void whereTheManifestIsMissingItIsAskedForOnceAndNotForEachFile() throws Exception {
    site.withdraw();
    FugitiveNode late = nodes.start();
    get(late, "/page");
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> !late.peerNetwork().mesh().sessions().isEmpty());
    long before = site.manifestRequests();
    for (int file = 0; file < 5; file++) {
      site.put("new" + file, ByteString.encodeUtf8("file " + file));
      get(late, "/new" + file);
    }
    assertThat(site.manifestRequests() - before).isEqualTo(1);
  }

  private List<ByteString> allGet(String path) throws Exception {
    List<ByteString> bodies = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<ByteString>> gets = new ArrayList<>();
      crowd.forEach(node -> gets.add(() -> get(node, path)));
      for (Future<ByteString> body : threads.invokeAll(gets)) {
        bodies.add(body.get());
      }
    }
    return bodies;
  }

  private ByteString get(FugitiveNode node, String path) throws IOException {
    Request request = new Request.Builder().url(server.url(path)).build();
    try (Response response = node.client().newCall(request).execute()) {
      return response.body().byteString();
    }
  }
}
