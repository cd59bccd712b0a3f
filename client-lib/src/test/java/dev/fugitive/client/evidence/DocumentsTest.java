package dev.fugitive.client.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.client.documents.Document;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.EvidenceSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.HttpUrl;
import okio.Buffer;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentsTest {
  private static final Digest ONE = digest("one");
  private static final Digest OTHER = digest("other");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String SUMS = "https://files.example/d/SHA256SUMS";
  private static final String FILE = "https://files.example/d/a.iso";
  private static final PeerId SIGNER = Identity.generate().peerId();

  @TempDir Path directory;

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-21T00:00:00Z"));

  private static Digest digest(String text) {
    return new Digest(Digest.Algorithm.SHA_256, ByteString.encodeUtf8(text).sha256());
  }

  private Documents open() throws IOException {
    return Documents.open(directory, DocumentLimits.DEFAULT, now::get, System::nanoTime);
  }

  @Test
  void whatADocumentNamesIsFoundUntilTheDocumentIsStale() throws Exception {
    try (Documents documents = open()) {
      passes(documents, SUMS, sums(ONE, "a.iso"), true, Optional.empty());

      assertThat(documents.find(get(FILE)).evidence())
          .singleElement()
          .satisfies(found -> {
            assertThat(found.digest()).isEqualTo(ONE);
            assertThat(found.source()).isEqualTo(EvidenceSource.CHECKSUM_FILE);
          });
      now.updateAndGet(time -> time.plus(HOUR));
      assertThat(documents.find(get(FILE)).evidence()).isEmpty();
    }
  }

  @Test
  void aNewerVersionOfADocumentTakesTheOldOnesPlace() throws Exception {
    try (Documents documents = open()) {
      passes(documents, SUMS, sums(ONE, "a.iso"), true, Optional.empty());
      passes(documents, SUMS, sums(OTHER, "a.iso"), true, Optional.empty());

      assertThat(documents.find(get(FILE)).evidence())
          .extracting(found -> found.digest())
          .containsExactly(OTHER);
    }
  }

  @Test
  void whatIsKnownSurvivesARestartAndWhatIsPrivateDoesNot() throws Exception {
    try (Documents documents = open()) {
      passes(documents, SUMS, sums(ONE, "a.iso"), true, Optional.empty());
      passes(
          documents, "https://files.example/p/SHA256SUMS", sums(ONE, "b"), false, Optional.empty());
    }
    try (Documents documents = open()) {
      assertThat(documents.find(get(FILE)).evidence()).hasSize(1);
      assertThat(documents.find(get("https://files.example/p/b")).evidence()).isEmpty();
      assertThat(documents.status().damaged()).isZero();
    }
  }

  @Test
  void damageOnDiskCostsWhatIsBehindItAndIsReported() throws Exception {
    try (Documents documents = open()) {
      passes(documents, SUMS, sums(ONE, "a.iso"), true, Optional.empty());
      passes(
          documents, "https://files.example/e/SHA256SUMS", sums(ONE, "b"), true, Optional.empty());
    }
    Path file = directory.resolve("documents");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1}), Files.size(file) - 3);
    }
    try (Documents documents = open()) {
      assertThat(documents.find(get(FILE)).evidence()).hasSize(1);
      assertThat(documents.find(get("https://files.example/e/b")).evidence()).isEmpty();
      assertThat(documents.status().damaged()).isEqualTo(1);
      passes(
          documents, "https://files.example/e/SHA256SUMS", sums(ONE, "b"), true, Optional.empty());
    }
    try (Documents documents = open()) {
      assertThat(documents.find(get("https://files.example/e/b")).evidence()).hasSize(1);
    }
  }

  /** As a full disk leaves it, which has room again before the next document passes. */
  @Test
  void whatIsWrittenBehindATornRecordIsFoundAtTheNextStart() throws Exception {
    Path file = directory.resolve("documents");
    try (Documents documents = open()) {
      passes(documents, SUMS, sums(ONE, "a.iso"), true, Optional.empty());
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(file));
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> Files.size(file) > 100);
      Files.write(file, new byte[] {0, 0, 0, 99, 1}, StandardOpenOption.APPEND);
      passes(
          documents, "https://files.example/e/SHA256SUMS", sums(ONE, "b"), true, Optional.empty());
    }
    try (Documents documents = open()) {
      assertThat(documents.find(get(FILE)).evidence()).hasSize(1);
      assertThat(documents.find(get("https://files.example/e/b")).evidence()).hasSize(1);
      assertThat(documents.status().damaged()).isZero();
    }
  }

  @Test
  void aFileThatIsSomethingElseIsDropped() throws Exception {
    Files.writeString(directory.resolve("documents"), "not ours");
    try (Documents documents = open()) {
      assertThat(documents.status().damaged()).isEqualTo(1);
      assertThat(documents.find(get(FILE))).isEqualTo(Named.NOTHING);
    }
  }

  @Test
  void documentsThatContradictEachOtherCountNothing() throws Exception {
    try (Documents documents = open()) {
      passes(documents, SUMS, sums(ONE, "a.iso"), true, Optional.empty());
      passes(documents, FILE + ".sha256", sums(OTHER, "a.iso"), true, Optional.empty());

      Named named = documents.find(get(FILE));

      assertThat(named.evidence()).isEmpty();
      assertThat(named.contradicted()).isTrue();
      assertThat(documents.status().contradictions()).isEqualTo(1);
    }
  }

  @Test
  void digestsOfTwoAlgorithmsAreComparedByTheBodyThatCame() throws Exception {
    ByteString body = ByteString.encodeUtf8("one");
    Digest other = new Digest(Digest.Algorithm.SHA_512, ByteString.encodeUtf8("other").sha512());
    HttpUrl url = HttpUrl.get(FILE);
    try (Documents documents = open()) {
      passes(documents, SUMS, sums(ONE, "a.iso"), true, Optional.empty());
      passes(documents, FILE + ".sha512", sums(other, "a.iso"), true, Optional.empty());
      Named named = documents.find(get(FILE));
      assertThat(named.evidence()).hasSize(2);

      assertThat(documents.isDividedBy(url, named.evidence(), Set.of(digest("a third")))).isFalse();
      assertThat(documents.find(get(FILE)).contradicted()).isFalse();
      assertThat(
              documents.isDividedBy(
                  url,
                  named.evidence(),
                  Set.of(ONE, new Digest(Digest.Algorithm.SHA_512, body.sha512()))))
          .isTrue();

      assertThat(documents.find(get(FILE)).contradicted()).isTrue();
      assertThat(documents.find(get(FILE)).evidence()).isEmpty();
      passes(
          documents,
          FILE + ".sha512",
          sums(new Digest(Digest.Algorithm.SHA_512, body.sha512()), "a.iso"),
          true,
          Optional.empty());
      assertThat(documents.find(get(FILE)).evidence()).hasSize(2);
    }
  }

  @Test
  void aDocumentOfAnotherOriginOrPlaceSaysNothing() throws Exception {
    try (Documents documents = open()) {
      passes(
          documents,
          "https://evil.example/d/SHA256SUMS",
          sums(ONE, "a.iso"),
          true,
          Optional.empty());
      passes(
          documents,
          "https://files.example/x/SHA256SUMS",
          sums(ONE, "a.iso"),
          true,
          Optional.empty());
      passes(
          documents,
          "http://files.example/d/SHA256SUMS",
          sums(ONE, "a.iso"),
          true,
          Optional.empty());

      assertThat(documents.find(get(FILE))).isEqualTo(Named.NOTHING);
    }
  }

  @Test
  void aPrivateDocumentIsNoWordAboutARequestWithACookie() throws Exception {
    try (Documents documents = open()) {
      passes(documents, SUMS, sums(ONE, "a.iso"), false, Optional.empty());

      assertThat(documents.find(get(FILE)).evidence()).hasSize(1);
      assertThat(documents.find(get(FILE, "Cookie", "a=b")).evidence()).isEmpty();
    }
  }

  @Test
  void aPageSpeaksToWhatItsOwnPagesLoadAndToNothingElse() throws Exception {
    String script = "https://cdn.example/app.js";
    String html = "<script src='" + script + "' integrity='" + ONE + "'></script>";
    try (Documents documents = open()) {
      passes(
          documents,
          document("https://site.example/page", "text/html", NO_FIELDS),
          html,
          true,
          Optional.empty());

      assertThat(documents.find(get(script, "Origin", "https://site.example")).evidence())
          .hasSize(1);
      assertThat(documents.find(get(script, "Referer", "https://site.example/x")).evidence())
          .hasSize(1);
      for (RequestHead other :
          List.of(
              get(script),
              get(script, "Origin", "https://bank.example"),
              get(script, "Origin", "http://site.example"),
              get(script, "Origin", "null", "Referer", "https://site.example/"),
              get(script, "Origin", "https://site.example", "Sec-Fetch-Dest", "document"))) {
        assertThat(documents.find(other)).as("%s", other).isEqualTo(Named.NOTHING);
      }
    }
  }

  @Test
  void anIndexSpeaksToTheProgramThatAskedForIt() throws Exception {
    String wheel = "https://files.example/p.whl";
    Fields pip = Fields.of("User-Agent", "pip/25", "Accept", "application/vnd.pypi.simple.v1+json");
    String json =
        "{\"files\": [{\"url\": \"%s\", \"hashes\": {\"sha256\": \"%s\"}}]}"
            .formatted(wheel, ONE.value().hex());
    try (Documents documents = open()) {
      passes(
          documents,
          document("https://index.example/simple/p/", "application/vnd.pypi.simple.v1+json", pip),
          json,
          true,
          Optional.empty());

      assertThat(documents.find(get(wheel, "User-Agent", "pip/25")).evidence()).hasSize(1);
      assertThat(documents.find(get(wheel, "User-Agent", "curl/8"))).isEqualTo(Named.NOTHING);
      assertThat(
              documents.find(get(wheel, "User-Agent", "pip/25", "Referer", "https://a.example/")))
          .isEqualTo(Named.NOTHING);
    }
  }

  @Test
  void whatCameWithAKeysVoucherIsForgottenWithTheKey() throws Exception {
    try (Documents documents = open()) {
      passes(documents, SUMS, sums(ONE, "a.iso"), true, Optional.of(SIGNER));

      documents.forgetSigner(SIGNER);

      assertThat(documents.find(get(FILE))).isEqualTo(Named.NOTHING);
    }
    try (Documents documents = open()) {
      assertThat(documents.find(get(FILE))).isEqualTo(Named.NOTHING);
    }
  }

  @Test
  void aDocumentThatBreaksOffCountsNothing() throws Exception {
    try (Documents documents = open()) {
      DocumentReading reading =
          documents
              .begin(document(SUMS, "text/plain", NO_FIELDS), true, Optional.empty(), HOUR)
              .orElseThrow();
      reading.write(new Buffer().writeUtf8(sums(ONE, "a.iso")));
      reading.end(false);

      Awaitility.await().until(() -> documents.status().refused() == 1);
      assertThat(documents.find(get(FILE))).isEqualTo(Named.NOTHING);
    }
  }

  @Test
  void whatIsRememberedIsBoundedAndWhatWasOfNoUseGoesFirst() throws Exception {
    DocumentLimits small = limits(4_000, 200_000);
    try (Documents documents = Documents.inMemory(small, now::get, System::nanoTime)) {
      for (int i = 0; i < 20; i++) {
        passes(
            documents,
            "https://files.example/" + i + "/SHA256SUMS",
            sums(ONE, "a"),
            true,
            Optional.empty());
        assertThat(documents.find(get("https://files.example/0/a")).evidence()).hasSize(1);
      }

      assertThat(documents.status().bytes()).isLessThanOrEqualTo(4_000);
      assertThat(documents.status().documents()).isLessThan(20);
      assertThat(documents.find(get("https://files.example/5/a"))).isEqualTo(Named.NOTHING);
    }
  }

  @Test
  void aDocumentThatNamesTooMuchIsRefused() throws Exception {
    try (Documents documents = Documents.inMemory(limits(1 << 20, 3), now::get, System::nanoTime)) {
      DocumentReading reading =
          documents
              .begin(document(SUMS, "text/plain", NO_FIELDS), true, Optional.empty(), HOUR)
              .orElseThrow();
      for (int i = 0; i < 5; i++) {
        reading.write(new Buffer().writeUtf8(sums(ONE, "a" + i)));
      }
      reading.end(true);

      Awaitility.await().until(() -> documents.status().refused() == 1);
      assertThat(documents.status().documents()).isZero();
    }
  }

  @Test
  void documentsThatTrickleInHoldUpNoOther() throws Exception {
    try (Documents documents =
        Documents.inMemory(trickling(Duration.ofHours(1)), now::get, System::nanoTime)) {
      for (int i = 0; i < 8; i++) {
        trickle(documents, "https://files.example/slow/" + i + ".sha256");
      }
      passes(documents, SUMS, sums(ONE, "a.iso"), true, Optional.empty());

      assertThat(documents.find(get(FILE)).evidence()).hasSize(1);
    }
  }

  @Test
  void aDocumentThatTricklesForTooLongIsGivenUp() throws Exception {
    try (Documents documents =
        Documents.inMemory(trickling(Duration.ofMillis(50)), now::get, System::nanoTime)) {
      DocumentReading reading = trickle(documents, SUMS);

      Awaitility.await()
          .until(() -> {
            reading.write(new Buffer().writeUtf8("\n"));
            return documents.status().refused() == 1;
          });
      assertThat(reading.write(new Buffer().writeUtf8("\n"))).isFalse();
    }
  }

  private static DocumentReading trickle(Documents documents, String url) {
    DocumentReading reading =
        documents
            .begin(document(url, "text/plain", NO_FIELDS), true, Optional.empty(), HOUR)
            .orElseThrow();
    reading.write(new Buffer().writeUtf8("# sums"));
    return reading;
  }

  private static DocumentLimits trickling(Duration patience) {
    return limits(1 << 20, 200_000, Duration.ofHours(1), patience);
  }

  private static DocumentLimits limits(long memoryBytes, int names) {
    DocumentLimits usual = DocumentLimits.DEFAULT;
    return limits(memoryBytes, names, usual.pause(), usual.patience());
  }

  private static DocumentLimits limits(
      long memoryBytes, int names, Duration pause, Duration patience) {
    DocumentLimits usual = DocumentLimits.DEFAULT;
    return new DocumentLimits(
        memoryBytes,
        usual.waitingBytes(),
        usual.documentBytes(),
        names,
        usual.busy(),
        pause,
        patience,
        usual.readings(),
        usual.shortest(),
        usual.longest());
  }

  private static final Fields NO_FIELDS = Fields.EMPTY;

  private static String sums(Digest digest, String file) {
    return digest.value().hex() + "  " + file + "\n";
  }

  private static void passes(
      Documents documents, String url, String text, boolean isPublic, Optional<PeerId> signer) {
    passes(documents, document(url, "text/plain", NO_FIELDS), text, isPublic, signer);
  }

  private static void passes(
      Documents documents,
      Document document,
      String text,
      boolean isPublic,
      Optional<PeerId> signer) {
    long before = documents.status().read();
    DocumentReading reading = documents.begin(document, isPublic, signer, HOUR).orElseThrow();
    reading.write(new Buffer().writeUtf8(text));
    reading.end(true);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(2))
        .until(() -> documents.status().read() > before);
  }

  private static Document document(String url, String type, Fields request) {
    return new Document(
        HttpUrl.get(url),
        new RequestHead("GET", url, request),
        new ResponseHead(200, "OK", Fields.of("Content-Type", type)));
  }

  private static RequestHead get(String url, String... fields) {
    return new RequestHead("GET", url, Fields.of(fields));
  }
}
