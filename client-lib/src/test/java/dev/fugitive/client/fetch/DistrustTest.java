package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.evidence.TrustFile;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.FugitiveSource;
import dev.fugitive.client.trust.TrustedKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key is added to a node's list and removed from it while the node runs. */
class DistrustTest {
  private static final int LENGTH = 100_000;

  @TempDir Path directory;

  private final MockWebServer origin = new MockWebServer();
  private final ByteString body = TestNodes.body(LENGTH);
  private TestNodes nodes;
  private TrustFile list;

  @BeforeEach
  void start() throws IOException {
    origin.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return HeadAware.answer(
                request,
                new MockResponse.Builder()
                    .addHeader("Cache-Control", "max-age=3600")
                    .addHeader("Content-Type", "text/plain"),
                body);
          }
        });
    origin.start();
    nodes = new TestNodes(origin.getHostName());
    list = new TrustFile(directory.resolve("trust"));
  }

  @AfterEach
  void close() throws IOException {
    nodes.close();
    origin.close();
  }

  @Test
  void whatAKeyVouchedForIsForgottenWhenItIsRemoved() throws IOException {
    FugitiveNode alice = nodes.start();
    FugitiveNode bob =
        nodes.start(Identity.generate(), settings -> settings.withTrustFile(list.path()));
    HttpUrl url = origin.url("/a");
    get(alice, url);
    nodes.awaitHolding(bob, alice, url);
    list.add(new TrustedKey(alice.peerId(), "Alice", Instant.parse("2026-11-21T08:00:00Z")));
    bob.refreshTrust();

    assertThat(get(bob, url).from(Provenance.TIER1)).isEqualTo(LENGTH);
    assertThat(bob.status().trust().keys())
        .singleElement()
        .satisfies(entry -> {
          assertThat(entry.key().name()).isEqualTo("Alice");
          assertThat(entry.followed()).isEqualTo(1);
        });
    assertThat(bob.status().fetches().coverage().evidenced())
        .containsEntry(EvidenceSource.VOUCHER, (long) LENGTH);
    assertThat(get(bob, url).from(Provenance.MEMORY)).isEqualTo(LENGTH);

    list.remove(alice.peerId());
    bob.refreshTrust();

    assertThat(get(bob, url).from(Provenance.ORIGIN)).isEqualTo(LENGTH);
    assertThat(bob.status().trust().keys()).isEmpty();
    assertThat(bob.status().fetches().coverage().lacking().values()).containsExactly((long) LENGTH);
  }

  private static FugitiveSource get(FugitiveNode node, HttpUrl url) throws IOException {
    Request request = new Request.Builder().url(url).build();
    try (Response response = node.asSent().newCall(request).execute()) {
      assertThat(response.body().byteString().size()).isEqualTo(LENGTH);
      return FugitiveSource.parse(List.of(String.valueOf(response.header(FugitiveSource.FIELD))))
          .orElseThrow();
    }
  }
}
