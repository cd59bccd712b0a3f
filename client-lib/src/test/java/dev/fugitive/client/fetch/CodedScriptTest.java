package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.mesh.MeshStatus;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.routing.HoldingItem;
import dev.fugitive.client.trust.FugitiveSource;
import dev.fugitive.client.trust.Why;
import dev.fugitive.client.wire.PeerCodec;
import dev.fugitive.client.wire.PeerMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A page names what a script is; its server sends the script coded; nobody's key is trusted. */
class CodedScriptTest {
  /** Text that no coding makes shorter than what is worth a HEAD. */
  private static final ByteString SCRIPT =
      ByteString.encodeUtf8(
          "// " + Base64.getEncoder().encodeToString(TestNodes.body(150_000).toByteArray()));

  private static final Digest NAMED = new Digest(Digest.Algorithm.SHA_384, sha384(SCRIPT));
  private static final Map<String, UnaryOperator<ByteString>> CODINGS =
      Map.of(
          "gzip", CodedScriptTest::gzip, "zstd", CodedScriptTest::zstd, "br", CodedScriptTest::br);

  private final MockWebServer site = new MockWebServer();
  private final PeerCodec codec = new PeerCodec();
  private TestNodes nodes;
  private FugitiveNode bob;
  private volatile String coding = "gzip";
  private volatile ByteString sent = gzip(SCRIPT);
  private volatile String cacheControl = "max-age=60";

  @BeforeEach
  void start() throws IOException {
    site.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return request.getTarget().equals("/") ? page(request) : script(request);
          }
        });
    site.start();
    nodes = new TestNodes(site.getHostName());
    bob = nodes.start();
  }

  @AfterEach
  void close() throws IOException {
    nodes.close();
    site.close();
  }

  private MockResponse page(RecordedRequest request) {
    return HeadAware.answer(
        request,
        new MockResponse.Builder()
            .addHeader("Cache-Control", "max-age=60")
            .addHeader("Content-Type", "text/html"),
        ByteString.encodeUtf8(
            "<!doctype html><script src=/app.js integrity='sha384-%s'></script>"
                .formatted(NAMED.value().base64())));
  }

  private MockResponse script(RecordedRequest request) {
    MockResponse.Builder answer =
        new MockResponse.Builder()
            .addHeader("Cache-Control", cacheControl)
            .addHeader("Content-Type", "text/javascript")
            .addHeader("Vary", "Accept-Encoding")
            .addHeader("ETag", "\"coded\"");
    if (!coding.isEmpty()) {
      answer.addHeader("Content-Encoding", coding);
    }
    return HeadAware.answer(request, answer, sent);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd", "br"})
  void aCodedScriptComesFromAStrangerAsWhatThePageNames(String how) throws IOException {
    send(how);
    FugitiveNode alice = nodes.start();
    assertThat(load(alice).body()).isEqualTo(sent);
    awaitClaim();

    Answer answer = load(bob);

    assertThat(answer.body()).isEqualTo(SCRIPT);
    assertThat(answer.source().from(Provenance.TIER1)).isEqualTo(SCRIPT.size());
    assertThat(answer.source().from(Provenance.ORIGIN)).isZero();
    assertThat(answer.headers().get("Content-Encoding")).isNull();
    assertThat(answer.headers().get("Content-Length")).isEqualTo(String.valueOf(SCRIPT.size()));
    assertThat(answer.headers().get("ETag")).isEqualTo("W/\"coded\"");
    assertThat(bans()).isEmpty();
  }

  @Test
  void whatIsBehindACopyIsKnownAfterARestart(@TempDir Path directory) throws IOException {
    Identity key = Identity.generate();
    FugitiveNode alice = nodes.start(key, settings -> onDisk(settings, directory));
    load(alice);
    awaitClaim();
    alice.close();
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> holders().isEmpty());

    nodes.start(key, settings -> onDisk(settings, directory));
    awaitClaim();

    Answer answer = load(bob);
    assertThat(answer.body()).isEqualTo(SCRIPT);
    assertThat(answer.source().from(Provenance.TIER1)).isEqualTo(SCRIPT.size());
  }

  private static NodeSettings onDisk(NodeSettings settings, Path directory) {
    return settings.withCacheDirectory(directory, 1L << 30);
  }

  @Test
  void aCopyThatIsCodedOtherwiseProvesTheSame() throws IOException {
    send("zstd");
    load(nodes.start());
    awaitClaim();
    send("gzip");

    Answer answer = load(bob);

    assertThat(answer.body()).isEqualTo(SCRIPT);
    assertThat(answer.source().from(Provenance.ORIGIN)).isZero();
  }

  @Test
  void aCopyWithoutACodingProvesTheSame() throws IOException {
    coding = "";
    sent = SCRIPT;
    load(nodes.start());
    awaitClaim();
    send("gzip");

    Answer answer = load(bob);

    assertThat(answer.body()).isEqualTo(SCRIPT);
    assertThat(answer.headers().get("Content-Encoding")).isNull();
    assertThat(answer.source().from(Provenance.ORIGIN)).isZero();
  }

  @Test
  void whoMayNotBeGivenItDecodedGetsItFromTheOrigin() throws IOException {
    cacheControl = "max-age=60, no-transform";
    load(nodes.start());
    awaitClaim();

    Answer answer = load(bob);

    assertThat(answer.body()).isEqualTo(sent);
    assertThat(answer.headers().get("Content-Encoding")).isEqualTo("gzip");
    assertThat(answer.source().why()).contains(Why.NO_EVIDENCE);
  }

  @Test
  void whatDecodesToAnotherScriptIsALie() throws IOException {
    TestContent evil = TestContent.of(site.url("/app.js").toString(), gzip(TestNodes.body(90_000)));
    try (LyingPeer liar = claiming(evil)) {
      awaitClaim();

      Answer answer = load(bob);

      assertThat(answer.body()).isEqualTo(sent);
      assertThat(answer.source().from(Provenance.ORIGIN)).isEqualTo(sent.size());
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> bans().size() == 1);
      assertThat(bans().getFirst().id()).isEqualTo(liar.id());
    }
  }

  @Test
  void anotherThatAsksByTheDigestForTheFileItselfBansNobody() throws IOException {
    load(nodes.start());
    awaitClaim();
    coding = "";
    sent = SCRIPT;

    try (Response response =
        bob.asSent()
            .newCall(
                new Request.Builder()
                    .url(site.url("/app.js"))
                    .header("Fugitive-Integrity", "sha384-" + NAMED.value().base64())
                    .build())
            .execute()) {
      assertThat(response.body().byteString()).isEqualTo(SCRIPT);
    }
    assertThat(bans()).isEmpty();
  }

  private void send(String how) {
    coding = how;
    sent = Optional.ofNullable(CODINGS.get(how)).orElseThrow().apply(SCRIPT);
  }

  private record Answer(ByteString body, Headers headers, FugitiveSource source) {}

  /** As a browser does: first the page, then what it names. */
  private Answer load(FugitiveNode node) throws IOException {
    get(node, "/", Headers.of());
    String origin = "http://" + site.getHostName() + ":" + site.getPort();
    return get(
        node, "/app.js", Headers.of("Referer", origin + "/", "Accept-Encoding", "gzip, br, zstd"));
  }

  private Answer get(FugitiveNode node, String path, Headers headers) throws IOException {
    Request request = new Request.Builder().url(site.url(path)).headers(headers).build();
    try (Response response = node.asSent().newCall(request).execute()) {
      FugitiveSource source =
          FugitiveSource.parse(List.of(String.valueOf(response.header(FugitiveSource.FIELD))))
              .orElseThrow();
      return new Answer(response.body().byteString(), response.headers(), source);
    }
  }

  /** A peer that says that this content has the named digest, and gives its bytes honestly. */
  private LyingPeer claiming(TestContent given) {
    Liar.Keys keys = new Liar.Keys(Identity.generate(), Identity.generate());
    Liar holder = new Liar(Lie.HAS_NOTHING, given, keys, 1);
    return new LyingPeer(
        nodes.network(),
        nodes.rendezvous(),
        Set.of(new HoldingItem.OfDigest(NAMED)),
        heard ->
            switch (heard) {
              case PeerMessage.FindContent(int question, var ignored) ->
                  frames(new PeerMessage.ContentFound(question, List.of(given.id())));
              case PeerMessage.Open(int transfer, var id) ->
                  frames(new PeerMessage.Have(transfer, ChunkSet.all(id)));
              default -> holder.answer(heard);
            });
  }

  private List<ByteBuffer> frames(PeerMessage message) {
    return List.of(codec.encode(message));
  }

  private void awaitClaim() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> !holders().isEmpty());
  }

  private List<PeerSession> holders() {
    return bob.peerNetwork().routing().holdersOf(NAMED);
  }

  private List<MeshStatus.Ban> bans() {
    return bob.peerNetwork().mesh().status().bans();
  }

  private static ByteString gzip(ByteString plain) {
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(coded)) {
      plain.write(gzip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteString.of(coded.toByteArray());
  }

  private static ByteString zstd(ByteString plain) {
    return ByteString.of(Zstd.compress(plain.toByteArray()));
  }

  /** Blocks that are not compressed, each behind its length (RFC 7932 section 9.2). */
  private static ByteString br(ByteString plain) {
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    // a window of 64 KiB is one bit that is 0
    int bitsBefore = 1;
    for (int at = 0; at < plain.size(); at += 65_536) {
      ByteString block = plain.substring(at, Math.min(plain.size(), at + 65_536));
      int head = (block.size() - 1) << 3 | 1 << 19;
      int bits = head << bitsBefore;
      coded.write(bits);
      coded.write(bits >> 8);
      coded.write(bits >> 16);
      coded.writeBytes(block.toByteArray());
      bitsBefore = 0;
    }
    coded.write(3);
    return ByteString.of(coded.toByteArray());
  }

  private static ByteString sha384(ByteString body) {
    try {
      return ByteString.of(MessageDigest.getInstance("SHA-384").digest(body.toByteArray()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-384 but this one", e);
    }
  }
}
