package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.evidence.TrustFile;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.FugitiveSource;
import dev.fugitive.client.trust.TrustedKey;
import dev.fugitive.client.trust.Why;
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
  private volatile ByteString body = TestNodes.body(LENGTH);
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
    assertThat(bob.status().fetches().coverage().lackingBytes()).isEqualTo(LENGTH);
  }

  @Test
  void whatAKeyVouchedForIsForgottenThoughItWasRemovedWhileNobodyRan() throws IOException {
    FugitiveNode alice = nodes.start();
    Identity bobs = Identity.generate();
    Path cache = directory.resolve("cache");
    HttpUrl url = origin.url("/a");
    get(alice, url);
    list.add(new TrustedKey(alice.peerId(), "Alice", Instant.parse("2026-11-21T08:00:00Z")));
    try (FugitiveNode bob = startOnDisk(bobs, cache)) {
      nodes.awaitHolding(bob, alice, url);
      assertThat(get(bob, url).from(Provenance.TIER1)).isEqualTo(LENGTH);
    }
    alice.close();
    list.remove(alice.peerId());

    FugitiveNode again = startOnDisk(bobs, cache);

    assertThat(get(again, url).from(Provenance.ORIGIN)).isEqualTo(LENGTH);
  }

  private FugitiveNode startOnDisk(Identity identity, Path cache) throws IOException {
    return nodes.start(
        identity,
        settings -> settings.withCacheDirectory(cache, 1L << 30).withTrustFile(list.path()));
  }

  @Test
  void aVoucherThatTheOriginsOwnDocumentContradictsIsNotFollowed() throws IOException {
    FugitiveNode alice = nodes.start();
    FugitiveNode bob =
        nodes.start(Identity.generate(), settings -> settings.withTrustFile(list.path()));
    HttpUrl url = origin.url("/d/a");
    get(alice, url);
    nodes.awaitHolding(bob, alice, url);
    list.add(new TrustedKey(alice.peerId(), "Alice", Instant.parse("2026-11-21T08:00:00Z")));
    bob.refreshTrust();
    String other = ByteString.encodeUtf8("another").sha256().hex();
    body = ByteString.encodeUtf8(other + "  a\n");
    try (Response sums = bob.asSent().newCall(request(origin.url("/d/SHA256SUMS"))).execute()) {
      assertThat(sums.body().byteString()).isEqualTo(body);
    }
    body = TestNodes.body(LENGTH);

    FugitiveSource source = get(bob, url);

    assertThat(source.from(Provenance.ORIGIN)).isEqualTo(LENGTH);
    assertThat(source.why()).contains(Why.CONTRADICTION);
    assertThat(bob.status().trust().contradictions())
        .singleElement()
        .satisfies(noticed -> {
          assertThat(noticed.url()).isEqualTo(url.toString());
          assertThat(noticed.signers()).containsExactly(alice.peerId());
          assertThat(noticed.documents()).isTrue();
        });
  }

  private static Request request(HttpUrl url) {
    return new Request.Builder().url(url).build();
  }

  private static FugitiveSource get(FugitiveNode node, HttpUrl url) throws IOException {
    try (Response response = node.asSent().newCall(request(url)).execute()) {
      assertThat(response.body().byteString().size()).isEqualTo(LENGTH);
      return FugitiveSource.parse(List.of(String.valueOf(response.header(FugitiveSource.FIELD))))
          .orElseThrow();
    }
  }
}
