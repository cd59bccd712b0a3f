package dev.fugitive.client.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.cache.content.ContentHasher;
import dev.fugitive.cache.content.PartialTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
  private static final Instant NOW = Instant.parse("2026-11-21T05:00:00Z");
  private static final HttpUrl ROOT = HttpUrl.get("https://site.example/");

  @TempDir private Path folder;

  @Test
  void everyFileIsListedUnderThePathOfItsUrl() throws IOException {
    put("index.html", "home");
    put("a b/ü.txt", "text");
    put(".secret", "not served");
    put(".git/config", "not served");
    SiteManifest manifest = make(ROOT);
    assertThat(manifest.files().keySet())
        .containsExactlyInAnyOrder("/", "/index.html", "/a%20b/%C3%BC.txt");
    ManifestEntry entry = manifest.find("/index.html").orElseThrow();
    ContentHasher.Finished hashed =
        ContentHasher.hash(ByteBuffer.wrap("home".getBytes(StandardCharsets.UTF_8)));
    assertThat(entry.content()).isEqualTo(hashed.content().id());
    assertThat(entry.sha256()).isEqualTo(ByteString.encodeUtf8("home").sha256());
    assertThat(entry.leavesPublished()).isFalse();
    assertThat(manifest.made()).isEqualTo(NOW);
  }

  @Test
  void theFolderMayBeAPartOfTheSite() throws IOException {
    put("lib.js", "code");
    ManifestMaker.make(folder, HttpUrl.get("https://site.example/static/v1/"), folder, NOW);
    assertThat(read(SiteManifest.PATH).files()).containsOnlyKeys("/static/v1/lib.js");
  }

  @Test
  void publishedLeavesProveEachChunkByItself() throws IOException {
    byte[] body = new byte[300_001];
    new SplittableRandom(1).nextBytes(body);
    Files.write(folder.resolve("large"), body);
    ManifestEntry entry = make(ROOT).find("/large").orElseThrow();
    byte[] leaves = Files.readAllBytes(file(SiteManifest.leavesOf(entry)));
    PartialTree tree = new PartialTree(entry.content());
    assertThat(tree.learnLeaves(ByteBuffer.wrap(leaves))).isEmpty();
    tree.checkInvariant();
    assertThat(tree.proof(7, 1)).isPresent();

    leaves[40] ^= 1;
    assertThat(new PartialTree(entry.content()).learnLeaves(ByteBuffer.wrap(leaves))).isPresent();
    assertThat(new PartialTree(entry.content()).learnLeaves(ByteBuffer.wrap(leaves, 0, 32)))
        .isPresent();
  }

  @Test
  void aLargeSiteIsSplitAndItsFormerPartsStayUntilTheNextVersion() throws IOException {
    for (int i = 0; i < 1200; i++) {
      put("f" + i, "file " + i);
    }
    SiteManifest first = make(ROOT);
    assertThat(first.files()).isEmpty();
    assertThat(find(first, "/f77")).isEqualTo(ByteString.encodeUtf8("file 77").sha256());
    put("f77", "changed");
    ManifestMaker.make(folder, ROOT, folder, NOW.plusSeconds(60));
    SiteManifest second = read(SiteManifest.PATH);
    assertThat(find(second, "/f77")).isEqualTo(ByteString.encodeUtf8("changed").sha256());
    assertThat(find(first, "/f77")).isEqualTo(ByteString.encodeUtf8("file 77").sha256());
    ManifestMaker.make(folder, ROOT, folder, NOW.plusSeconds(120));
    assertThat(file(first.partOf("/f77").orElseThrow())).doesNotExist();
    try (Stream<Path> all = Files.walk(folder)) {
      assertThat(all.map(Path::toString)).noneMatch(name -> name.endsWith(".new"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"version\": 2, \"made\": \"2026-11-21T05:00:00Z\", \"chunk\": 16384}",
        "{\"version\": 1, \"made\": \"today\", \"chunk\": 16384}",
        "{\"version\": 1, \"made\": \"2026-11-21T05:00:00Z\", \"chunk\": 7}",
        "{\"version\": 1, \"made\": \"2026-11-21T05:00:00Z\", \"chunk\": 16384, \"digits\": 9}",
        "{\"version\": 1, \"made\": \"2026-11-21T05:00:00Z\", \"chunk\": 16384, \"digits\": 1,"
            + " \"parts\": \"../../etc\"}",
        "{\"version\": 1, \"made\": \"2026-11-21T05:00:00Z\", \"chunk\": 16384,"
            + " \"files\": {\"/a\": {\"length\": 1}}}",
        "{\"version\": 1, \"made\": \"2026-11-21T05:00:00Z\", \"chunk\": 16384,"
            + " \"files\": {\"/a\": {\"length\": -1, \"root\": \"AA==\", \"sha256\": \"AA==\"}}}",
        "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}}"
      })
  void whatIsNoManifestIsRefused(String text) {
    InputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> ManifestCodec.read(in)).isInstanceOf(MalformedManifestException.class);
  }

  @Test
  void membersThatAreNotKnownAreSkipped() throws IOException {
    String text =
        "{\"version\": 1, \"made\": \"2026-11-21T05:00:00Z\", \"chunk\": 16384,"
            + " \"later\": [{\"a\": 1}], \"files\": {}}";
    SiteManifest read =
        ManifestCodec.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    assertThat(read.files()).isEmpty();
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> ManifestMaker.make(folder.resolve("no"), ROOT, folder, NOW))
        .hasMessageContaining("no (expected: a folder that exists)");
  }

  private ByteString find(SiteManifest manifest, String path) throws IOException {
    return read(manifest.partOf(path).orElseThrow()).find(path).orElseThrow().sha256();
  }

  private SiteManifest make(HttpUrl base) throws IOException {
    ManifestMaker.make(folder, base, folder, NOW);
    return read(SiteManifest.PATH);
  }

  private SiteManifest read(String path) throws IOException {
    try (InputStream in = Files.newInputStream(file(path))) {
      return ManifestCodec.read(in);
    }
  }

  private Path file(String path) {
    return folder.resolve(path.substring(1));
  }

  private void put(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    for (Path parent : List.of(file.getParent())) {
      Files.createDirectories(parent);
    }
    Files.writeString(file, text);
  }
}
