package dev.fugitive.client.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.client.trust.EvidenceSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import okhttp3.HttpUrl;
import okio.ByteString;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.XZOutputStream;

class DocumentReadersTest {
  private static final ByteString BODY = ByteString.encodeUtf8("body");
  private static final Digest SHA256 = new Digest(Digest.Algorithm.SHA_256, BODY.sha256());
  private static final Digest SHA512 = new Digest(Digest.Algorithm.SHA_512, BODY.sha512());
  private static final Fields NO_FIELDS = Fields.EMPTY;

  @Test
  void aPageNamesItsScriptsStylesAndModules() throws IOException {
    String html =
        """
        <!doctype html><base href="/static/">
        <script src="a.js" integrity="%1$s"></script>
        <link rel="stylesheet" href="https://cdn.example/b.css" integrity="%1$s">
        <link rel="modulepreload" href="c.js" integrity="%1$s">
        <link rel="icon" href="d.ico" integrity="%1$s">
        <script src="e.js"></script>
        <script type="importmap">{"imports": {"f": "./f.js"}, "integrity": {"./f.js": "%1$s"}}</script>
        """
            .formatted(SHA256);

    assertThat(read("https://site.example/page", "text/html", html))
        .extracting(named -> named.url().toString())
        .containsExactly(
            "https://site.example/static/a.js",
            "https://cdn.example/b.css",
            "https://site.example/static/c.js",
            "https://site.example/static/f.js");
  }

  @Test
  void aPolicyAgainstStrangersMarkupDecidesWhichElementsCount() throws IOException {
    String html =
        """
        <script src="/strange.js" integrity="%1$s"></script>
        <script src="/own.js" nonce="n0nce" integrity="%1$s"></script>
        """
            .formatted(SHA256);
    String url = "https://site.example/";

    assertThat(urls(url, html, "script-src 'self'")).isEmpty();
    assertThat(urls(url, html, "default-src 'self'")).isEmpty();
    assertThat(urls(url, html, "script-src 'nonce-n0nce'")).containsExactly("/own.js");
    assertThat(urls(url, html, "script-src 'self' '" + SHA256 + "'")).hasSize(2);
    assertThat(urls(url, html, "script-src 'self' 'unsafe-inline'")).hasSize(2);
    assertThat(urls(url, html, "script-src 'unsafe-inline' 'nonce-x'")).isEmpty();
    assertThat(urls(url, html, "img-src 'self'")).hasSize(2);
    String meta = "<meta http-equiv=Content-Security-Policy content=\"script-src 'self'\">";
    assertThat(urls(url, meta + html, "img-src *")).isEmpty();
  }

  /** What the element names would count for a script that the page loads elsewhere. */
  @Test
  void aStylesheetsElementNamesNoScriptThatThePolicyKeepsStrangersFromNaming() throws IOException {
    String html = "<link rel=stylesheet href=/app.js integrity=\"%s\">".formatted(SHA256);
    String preload = "<link rel=preload as=style href=/app.js integrity=\"%s\">".formatted(SHA256);
    String url = "https://site.example/";

    for (String link : List.of(html, preload)) {
      assertThat(urls(url, link, "default-src 'self'; style-src 'unsafe-inline'")).isEmpty();
      assertThat(urls(url, link, "script-src 'self'")).isEmpty();
      assertThat(urls(url, link, "img-src 'self'")).containsExactly("/app.js");
    }
  }

  @Test
  void whatIsNotShownWithItsOriginsAuthorityIsNoPage() {
    Document sandboxed = page("Content-Security-Policy", "sandbox allow-scripts");
    Document download = page("Content-Disposition", "attachment; filename=a.html");

    assertThat(DocumentReaders.of(sandboxed)).isEmpty();
    assertThat(DocumentReaders.of(download)).isEmpty();
    assertThat(DocumentReaders.of(page("Content-Disposition", "inline"))).isPresent();
  }

  @Test
  void aPackumentNamesTheTarballsBeneathIt() throws IOException {
    String json =
        """
        {"_id": "@s/p", "readme": "x", "versions": {
          "1.0.0": {"dist": {"tarball": "https://r.example/@s/p/-/p-1.0.0.tgz", "integrity": "%1$s"}},
          "2.0.0": {"dist": {"tarball": "https://r.example/other/-/p.tgz", "integrity": "%1$s"}},
          "3.0.0": {"dist": {"tarball": "https://else.example/@s/p/-/p.tgz", "integrity": "%1$s"}},
          "4.0.0": {"dist": {"tarball": "https://r.example/@s/p/-/p-4.tgz", "shasum": "00"}}}}
        """
            .formatted(SHA512);

    assertThat(read("https://r.example/@s%2fp", "application/json", json))
        .singleElement()
        .satisfies(named -> {
          assertThat(named.url().encodedPath()).isEqualTo("/@s/p/-/p-1.0.0.tgz");
          assertThat(named.anyOf()).containsExactly(SHA512);
        });
  }

  @Test
  void jsonOfAnotherKindIsLeftAtItsFirstMember() {
    assertThatThrownBy(() -> read("https://api.example/x", "application/json", "{\"items\": []}"))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessageContaining("items");
  }

  @Test
  void aPythonIndexNamesFilesAndTheirMetadataInBothForms() throws IOException {
    String json =
        """
        {"meta": {"api-version": "1.1"}, "name": "p", "files": [
          {"filename": "p.whl", "url": "https://files.example/p.whl", "size": 4,
           "hashes": {"md5": "00", "sha256": "%1$s"}, "core-metadata": {"sha256": "%1$s"}},
          {"filename": "q.whl", "url": "../../q.whl", "hashes": {}, "core-metadata": true}]}
        """
            .formatted(SHA256.value().hex());
    String html =
        """
        <a href="https://files.example/p.whl#sha256=%1$s" data-core-metadata="sha256=%1$s">p</a>
        """
            .formatted(SHA256.value().hex());
    String url = "https://index.example/simple/p/";

    for (List<NamedDigest> names :
        List.of(
            readIndex(url, "application/vnd.pypi.simple.v1+json", json),
            readIndex(url, "text/html", html))) {
      assertThat(names)
          .extracting(named -> named.url().toString())
          .containsExactly("https://files.example/p.whl", "https://files.example/p.whl.metadata");
      assertThat(names).allSatisfy(named -> assertThat(named.anyOf()).containsExactly(SHA256));
    }
  }

  @Test
  void aPageOfLinksThatWasNotAskedForAsAnIndexIsNone() throws IOException {
    String html =
        "<a href='https://files.example/p.whl#sha256=%s'>p</a>".formatted(SHA256.value().hex());

    assertThat(read("https://site.example/simple/p/", "text/html", html)).isEmpty();
  }

  private static final String RELEASE =
      """
      -----BEGIN PGP SIGNED MESSAGE-----
      Hash: SHA256

      Origin: Test
      Acquire-By-Hash: yes
      MD5Sum:
       00000000000000000000000000000000 4 main/binary-amd64/Packages
      SHA256:
       %1$s 4 main/binary-amd64/Packages.xz
       %1$s 4 ../../../evil
      -----BEGIN PGP SIGNATURE-----
      """
          .formatted(SHA256.value().hex());

  @Test
  void aReleaseNamesItsIndexesAlsoByHash() throws IOException {
    assertThat(read("http://deb.example/debian/dists/stable/InRelease", "", RELEASE))
        .extracting(named -> named.url().encodedPath())
        .containsExactly(
            "/debian/dists/stable/main/binary-amd64/Packages.xz",
            "/debian/dists/stable/main/binary-amd64/by-hash/SHA256/" + SHA256.value().hex());
  }

  private static final String PACKAGES =
      """
      Package: a
      Version: 1
      Description: a
       package
      Filename: pool/main/a/a_1+x_amd64.deb
      Size: 4
      SHA256: %1$s

      Package: b
      Filename: ../../etc/b.deb
      SHA256: %1$s

      Package: c
      Filename: dists/stable/main/c.deb
      SHA256: %1$s
      """
          .formatted(SHA256.value().hex());

  private interface Compressing {
    OutputStream open(OutputStream to) throws IOException;
  }

  @Test
  void packagesAreReadInEveryCompressionThatAptKnows() throws IOException {
    byte[] plain = PACKAGES.getBytes(StandardCharsets.UTF_8);
    for (byte[] file :
        List.of(
            plain,
            compressed(plain, GZIPOutputStream::new),
            compressed(plain, to -> new XZOutputStream(to, new LZMA2Options())),
            compressed(plain, to -> new LZMAOutputStream(to, new LZMA2Options(), plain.length)),
            compressed(plain, BZip2CompressorOutputStream::new),
            compressed(plain, FramedLZ4CompressorOutputStream::new),
            Zstd.compress(plain))) {
      for (String name : List.of("Packages.xz", "by-hash/SHA256/" + SHA256.value().hex())) {
        String url = "http://deb.example/debian/dists/stable/main/binary-amd64/" + name;
        List<NamedDigest> names = read(document(url, "application/octet-stream"), file);
        assertThat(names)
            .singleElement()
            .satisfies(named -> {
              assertThat(named.url().encodedPath())
                  .isEqualTo("/debian/pool/main/a/a_1+x_amd64.deb");
              assertThat(named.lengthBytes()).isEqualTo(4);
              assertThat(named.anyOf()).containsExactly(SHA256);
            });
      }
    }
  }

  private static byte[] compressed(byte[] plain, Compressing compressing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream to = compressing.open(bytes)) {
      to.write(plain);
    }
    return bytes.toByteArray();
  }

  @Test
  void sourcesNameTheFilesOfEachPackage() throws IOException {
    String sources =
        """
        Package: a
        Directory: pool/main/a
        Checksums-Sha256:
         %1$s 4 a_1.dsc
         %1$s 4 a_1.tar.xz
        Homepage: none
        """
            .formatted(SHA256.value().hex());

    assertThat(read("http://deb.example/debian/dists/stable/main/source/Sources", "", sources))
        .extracting(named -> named.url().encodedPath())
        .containsExactly("/debian/pool/main/a/a_1.dsc", "/debian/pool/main/a/a_1.tar.xz");
  }

  @Test
  void aFlatArchiveNamesWhatLiesBesideItsIndex() throws IOException {
    String packages = PACKAGES.replace("pool/main/a/", "./");

    assertThat(read("http://deb.example/flat/Packages", "", packages))
        .extracting(named -> named.url().encodedPath())
        .contains("/flat/a_1+x_amd64.deb");
  }

  @Test
  void aContainersManifestNamesItsBlobsAndAnIndexItsManifests() throws IOException {
    String digest = "sha256:" + SHA256.value().hex();
    String json =
        """
        {"schemaVersion": 2, "config": {"digest": "%1$s", "size": 4},
         "layers": [{"digest": "%1$s", "size": 4}], "manifests": [{"digest": "%1$s", "size": 4}]}
        """
            .formatted(digest);

    assertThat(
            read(
                "https://r.example/v2/library/a/manifests/latest",
                "application/vnd.oci.image.manifest.v1+json",
                json))
        .extracting(named -> String.join("/", named.url().pathSegments()))
        .containsExactly(
            "v2/library/a/blobs/" + digest,
            "v2/library/a/blobs/" + digest,
            "v2/library/a/manifests/" + digest);
  }

  @Test
  void aSidecarSpeaksForTheOneFileBesideIt() throws IOException {
    String hex = SHA256.value().hex();
    for (String line : List.of(hex, hex + "  a.iso", hex + " *a.iso", "SHA256 (a.iso) = " + hex)) {
      assertThat(read("https://f.example/d/a.iso.sha256", "text/plain", line + "\n"))
          .as(line)
          .extracting(named -> named.url().encodedPath())
          .containsExactly("/d/a.iso");
    }
    assertThat(read("https://f.example/d/a.iso.sha256", "text/plain", hex + "  b.iso\n")).isEmpty();
  }

  @Test
  void aListOfSumsSpeaksForWhatLiesBesideAndBeneathIt() throws IOException {
    String sums =
        """
        # made today
        %1$s  a.iso
        %2$s *sub/b.iso
        %1$s  ../c.iso
        %1$s  /d.iso
        """
            .formatted(SHA256.value().hex(), SHA512.value().hex());

    assertThat(read("https://f.example/d/SHA256SUMS", "text/plain", sums))
        .extracting(named -> named.url().encodedPath())
        .containsExactly("/d/a.iso", "/d/sub/b.iso");
    assertThat(DocumentReaders.of(document("https://f.example/d/SHA256SUMS", "text/html")))
        .map(DocumentReader::source)
        .contains(EvidenceSource.SRI);
  }

  @Test
  void aMetalinkOfBothVersionsSpeaksForTheFileBesideIt() throws IOException {
    String four =
        """
        <?xml version="1.0"?><metalink xmlns="urn:ietf:params:xml:ns:metalink">
        <file name="a.iso"><size>4</size><hash type="md5">00</hash>
        <hash type="sha-256">%1$s</hash><pieces length="1" type="sha-256"><hash>%1$s</hash></pieces>
        <url>https://mirror.example/a.iso</url></file></metalink>
        """
            .formatted(SHA256.value().hex());
    String three =
        """
        <metalink version="3.0" xmlns="http://www.metalinker.org/"><files><file name="a.iso">
        <size>4</size><verification><hash type="sha256">%1$s</hash></verification>
        <resources><url type="http">https://f.example/d/a.iso</url></resources></file></files></metalink>
        """
            .formatted(SHA256.value().hex());
    for (String xml : List.of(four, three)) {
      assertThat(read("https://f.example/d/a.meta4", "application/metalink4+xml", xml))
          .singleElement()
          .isEqualTo(new NamedDigest(HttpUrl.get("https://f.example/d/a.iso"), List.of(SHA256), 4));
    }
  }

  @Test
  void aMetalinkNeitherExpandsNorFetchesEntities() {
    String xml =
        """
        <!DOCTYPE metalink [<!ENTITY e SYSTEM "file:///etc/passwd">]>
        <metalink><file name="&e;"><hash type="sha-256">%s</hash></file></metalink>
        """
            .formatted(SHA256.value().hex());

    assertThatThrownBy(() -> read("https://f.example/a.meta4", "application/metalink4+xml", xml))
        .isInstanceOf(MalformedDocumentException.class);
  }

  @Test
  void aBombEndsAtTheLimit() throws IOException {
    byte[] bomb = compressed(new byte[20_000_000], GZIPOutputStream::new);
    Document document = document("http://deb.example/dists/x/Packages.gz", "application/gzip");
    BudgetedStream bounded =
        new BudgetedStream(
            Decompression.ofContent(List.of("gzip"))
                .orElseThrow()
                .undo(new ByteArrayInputStream(bomb)),
            1_000_000,
            () -> 0,
            1);

    assertThatThrownBy(() -> bounded.transferTo(OutputStream.nullOutputStream()))
        .isInstanceOf(LimitExceededException.class)
        .hasMessageContaining("1000000 bytes");
    assertThatThrownBy(() -> read(document, bomb)).isInstanceOf(MalformedDocumentException.class);
  }

  private static List<String> urls(String url, String html, String policy) throws IOException {
    Document document =
        new Document(
            HttpUrl.get(url),
            new RequestHead("GET", url, NO_FIELDS),
            new ResponseHead(
                200,
                "OK",
                Fields.of("Content-Type", "text/html", "Content-Security-Policy", policy)));
    return read(document, html.getBytes(StandardCharsets.UTF_8)).stream()
        .map(named -> named.url().encodedPath())
        .toList();
  }

  private static Document page(String field, String value) {
    String url = "https://site.example/";
    return new Document(
        HttpUrl.get(url),
        new RequestHead("GET", url, NO_FIELDS),
        new ResponseHead(200, "OK", Fields.of("Content-Type", "text/html", field, value)));
  }

  private static List<NamedDigest> readIndex(String url, String type, String text)
      throws IOException {
    Fields asked = Fields.of("Accept", "application/vnd.pypi.simple.v1+json, text/html; q=0.01");
    Document document =
        new Document(
            HttpUrl.get(url),
            new RequestHead("GET", url, asked),
            new ResponseHead(200, "OK", Fields.of("Content-Type", type)));
    return read(document, text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<NamedDigest> read(String url, String type, String text) throws IOException {
    return read(document(url, type), text.getBytes(StandardCharsets.UTF_8));
  }

  private static Document document(String url, String type) {
    Fields fields = type.isEmpty() ? NO_FIELDS : Fields.of("Content-Type", type);
    return new Document(
        HttpUrl.get(url),
        new RequestHead("GET", url, NO_FIELDS),
        new ResponseHead(200, "OK", fields));
  }

  /** What a document names and may speak for. */
  private static List<NamedDigest> read(Document document, byte[] bytes) throws IOException {
    DocumentReader reader = DocumentReaders.of(document).orElseThrow();
    List<NamedDigest> names = new ArrayList<>();
    reader.read(
        document,
        new ByteArrayInputStream(bytes),
        named -> {
          if (reader.maySpeakFor(document.url(), named.url())) {
            names.add(named);
          }
        });
    return names;
  }
}
