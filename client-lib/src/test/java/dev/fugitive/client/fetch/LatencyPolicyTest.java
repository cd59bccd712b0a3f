package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.transfer.FetchPolicy;
import dev.fugitive.client.trust.FugitiveSource;
import java.io.IOException;
import java.util.List;
import mockwebserver3.MockWebServer;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node with the policy {@code latency} among peers: whoever is first, the bytes are right. */
class LatencyPolicyTest {
  private final MockWebServer origin = new MockWebServer();
  private final TestOrigin published = new TestOrigin();
  private TestNodes nodes;

  @BeforeEach
  void start() throws IOException {
    origin.setDispatcher(published);
    origin.start();
    nodes = new TestNodes(origin.getHostName() + ":" + origin.getPort());
  }

  @AfterEach
  void close() throws IOException {
    nodes.close();
    origin.close();
  }

  @Test
  void whoeverIsFirstEveryByteIsRightAndCountedOnce() throws IOException {
    FugitiveNode alice = nodes.start();
    FugitiveNode bob =
        nodes.start(
            Identity.generate(),
            settings -> settings.withPolicy(FetchPolicy.LATENCY),
            alice.peerId());
    for (int length : new int[] {0, 1, 70_000, 300_000, 3_000_000}) {
      String path = "/" + length;
      ByteString body = TestNodes.body(length);
      published.publish(path, body);
      get(alice, path, body);
      nodes.awaitHolding(bob, alice, origin.url(path));
      FugitiveSource source = get(bob, path, body);
      assertThat(source.from(Provenance.ORIGIN) + source.from(Provenance.TIER1)).isEqualTo(length);
    }
  }

  private FugitiveSource get(FugitiveNode node, String path, ByteString expected)
      throws IOException {
    Request request = new Request.Builder().url(origin.url(path)).build();
    try (Response response = node.asSent().newCall(request).execute()) {
      assertThat(response.body().byteString()).isEqualTo(expected);
      return FugitiveSource.parse(List.of(String.valueOf(response.header(FugitiveSource.FIELD))))
          .orElseThrow();
    }
  }
}
