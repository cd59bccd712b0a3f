package dev.fugitive.client.trust;

import static dev.fugitive.client.trust.IntegrityTest.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.client.trust.Evidence.ProvesWhole;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvidenceRulesTest {
  private static final Digest BODY = sha256("body");
  private static final String HEX = BODY.value().hex();
  private static final String BASE64 = BODY.value().base64();
  private static final RequestHead GET = get("https://example.org/f");

  private static RequestHead get(String url, String... fields) {
    return new RequestHead("GET", url, Fields.of(fields));
  }

  private static ResponseHead ok(String... fields) {
    return new ResponseHead(200, "OK", Fields.of(fields));
  }

  private static List<EvidenceSource> sources(List<ProvesWhole> evidence) {
    return evidence.stream().map(ProvesWhole::source).toList();
  }

  @Test
  void theCallersDigestComesBeforeTheUrls() {
    RequestHead both =
        get("https://r.example/v2/a/blobs/sha256:" + HEX, "fugitive-integrity", "sha256-" + BASE64);
    assertThat(EvidenceRules.ofRequest(both))
        .containsExactly(
            new ProvesWhole(BODY, EvidenceSource.CALLER),
            new ProvesWhole(BODY, EvidenceSource.URL_OCI));
  }

  @Test
  void urlsOfRegistriesAndArchivesNameTheirDigest() {
    for (String path :
        List.of(
            "/v2/library/alpine/blobs/sha256:" + HEX,
            "/v2/library/alpine/blobs/sha256%3A" + HEX,
            "/artifactory/api/docker/x/v2/y/manifests/sha256:" + HEX + "?ns=registry.example")) {
      assertThat(sources(EvidenceRules.ofRequest(get("https://r.example" + path))))
          .as(path)
          .containsExactly(EvidenceSource.URL_OCI);
    }
    assertThat(
            EvidenceRules.ofRequest(
                get("http://deb.example/debian/dists/sid/main/by-hash/SHA256/" + HEX)))
        .containsExactly(new ProvesWhole(BODY, EvidenceSource.URL_BY_HASH));
  }

  @Test
  void otherUrlsNameNone() {
    for (String url :
        List.of(
            "https://r.example/v2/a/blobs/sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "https://r.example/v2/a/blobs/sha256:" + HEX + "/",
            "https://r.example/v2/a/blobs/sha256:" + HEX + "00",
            "https://r.example/v2/a/blobs/uploads/sha256:" + HEX,
            "https://r.example/?x=/v2/a/blobs/sha256:" + HEX,
            "https://deb.example/by-hash/MD5Sum/d41d8cd98f00b204e9800998ecf8427e",
            "https://deb.example/SHA256/" + HEX,
            "blobs/sha256:" + HEX,
            "")) {
      assertThat(EvidenceRules.ofRequest(get(url))).as(url).isEmpty();
    }
  }

  @Test
  void reprDigestHoldsForEveryAnswerAboutTheRepresentation() {
    String value =
        "sha-512=:bm90IGVub3VnaA==:, sha-256=:" + BASE64 + ":, md5=:AAAAAAAAAAAAAAAAAAAAAA==:";
    ProvesWhole expected = new ProvesWhole(BODY, EvidenceSource.REPR_DIGEST);
    assertThat(EvidenceRules.ofResponse(GET, ok("Repr-Digest", value))).containsExactly(expected);
    assertThat(EvidenceRules.ofResponse(GET, ok("Repr-Digest", value, "Content-Encoding", "gzip")))
        .containsExactly(expected);
    Fields partial = Fields.of("Repr-Digest", value, "Content-Range", "bytes 0-1/4");
    assertThat(EvidenceRules.ofResponse(GET, new ResponseHead(206, "", partial)))
        .containsExactly(expected);
    RequestHead head = new RequestHead("HEAD", GET.url(), Fields.EMPTY);
    assertThat(EvidenceRules.ofResponse(head, ok("Repr-Digest", value))).containsExactly(expected);
    assertThat(EvidenceRules.ofResponse(GET, ok("Repr-Digest", value + ","))).isEmpty();
  }

  @Test
  void answersThatAreAboutSomethingElseStateNothing() {
    Fields stated = Fields.of("Repr-Digest", "sha-256=:" + BASE64 + ":");
    for (int status : new int[] {201, 204, 302, 304, 404, 416, 500}) {
      assertThat(EvidenceRules.ofResponse(GET, new ResponseHead(status, "", stated))).isEmpty();
    }
    RequestHead post = new RequestHead("POST", GET.url(), Fields.EMPTY);
    assertThat(EvidenceRules.ofResponse(post, new ResponseHead(200, "", stated))).isEmpty();
  }

  @Test
  void contentDigestHoldsOnlyWhereTheContentIsTheRepresentation() {
    String value = "sha-256=:" + BASE64 + ":";
    assertThat(sources(EvidenceRules.ofResponse(GET, ok("Content-Digest", value))))
        .containsExactly(EvidenceSource.CONTENT_DIGEST);
    assertThat(
            EvidenceRules.ofResponse(
                GET, ok("Content-Digest", value, "Content-Range", "bytes 0-1/4")))
        .isEmpty();
    assertThat(
            EvidenceRules.ofResponse(
                GET, new ResponseHead(206, "", Fields.of("Content-Digest", value))))
        .isEmpty();
    RequestHead head = new RequestHead("HEAD", GET.url(), Fields.EMPTY);
    assertThat(EvidenceRules.ofResponse(head, ok("Content-Digest", value))).isEmpty();
  }

  @Test
  void vendorFieldsWithAStrongHashAreRead() {
    assertThat(
            sources(
                EvidenceRules.ofResponse(
                    GET,
                    ok(
                        "x-amz-checksum-sha256",
                        BASE64,
                        "X-Checksum-Sha256",
                        HEX,
                        "X-Checksum-Sha1",
                        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
                        "Docker-Content-Digest",
                        "sha256:" + HEX,
                        "Content-MD5",
                        "1B2M2Y8AsgTpgAmY7PhCfg=="))))
        .containsExactly(
            EvidenceSource.AMZ_CHECKSUM, EvidenceSource.X_CHECKSUM, EvidenceSource.DOCKER_DIGEST);
  }

  @Test
  void aHashOfPartsHashesIsNoHashOfTheBody() {
    assertThat(EvidenceRules.ofResponse(GET, ok("x-amz-checksum-sha256", BASE64 + "-3"))).isEmpty();
    assertThat(
            EvidenceRules.ofResponse(
                GET, ok("x-amz-checksum-sha256", BASE64, "x-amz-checksum-type", "COMPOSITE")))
        .isEmpty();
  }

  @Test
  void twoLinesOfAVendorFieldStateNothing() {
    String other = sha256("other").value().hex();
    assertThat(
            EvidenceRules.ofResponse(GET, ok("x-checksum-sha256", HEX, "x-checksum-sha256", other)))
        .isEmpty();
  }

  @Test
  void anOriginThatContradictsItselfStatesNothing() {
    String other = sha256("other").value().hex();
    assertThat(
            EvidenceRules.ofResponse(
                GET, ok("Repr-Digest", "sha-256=:" + BASE64 + ":", "X-Checksum-Sha256", other)))
        .isEmpty();
    assertThat(
            sources(
                EvidenceRules.ofResponse(
                    GET, ok("Repr-Digest", "sha-256=:" + BASE64 + ":", "X-Checksum-Sha256", HEX))))
        .containsExactly(EvidenceSource.REPR_DIGEST, EvidenceSource.X_CHECKSUM);
  }

  @Test
  void aDigestOfTheFileNeverHoldsForAnEncodedAnswer() {
    ResponseHead encoded =
        ok(
            "Content-Encoding",
            "gzip",
            "x-amz-checksum-sha256",
            BASE64,
            "X-Checksum-Sha256",
            HEX,
            "Docker-Content-Digest",
            "sha256:" + HEX);
    assertThat(EvidenceRules.ofResponse(GET, encoded)).isEmpty();
    assertThat(holds(EvidenceSource.CALLER, GET, encoded)).isFalse();
    assertThat(holds(EvidenceSource.URL_OCI, GET, encoded)).isFalse();
    assertThat(holds(EvidenceSource.VOUCHER, GET, encoded)).isTrue();
    assertThat(holds(EvidenceSource.CALLER, GET, ok("Content-Encoding", "identity"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html",
        "TEXT/HTML; charset=utf-8",
        "application/xhtml+xml",
        "image/svg+xml",
        "text/javascript",
        "text/css",
        "application/vnd.x+xml",
        "application/pdf",
        "",
        "x"
      })
  void aLinkCannotPutItsBytesInTheOriginsMouth(String type) {
    assertThat(holds(EvidenceSource.URL_OCI, GET, ok("Content-Type", type))).isFalse();
    assertThat(holds(EvidenceSource.URL_BY_HASH, GET, ok("Content-Type", type))).isFalse();
    assertThat(holds(EvidenceSource.CALLER, GET, ok("Content-Type", type))).isTrue();
  }

  @Test
  void aLinksDigestHoldsForPlainData() {
    for (String type :
        List.of(
            "application/octet-stream",
            "application/vnd.oci.image.manifest.v1+json",
            "Application/X-XZ",
            "text/plain; charset=utf-8")) {
      assertThat(holds(EvidenceSource.URL_OCI, GET, ok("Content-Type", type))).as(type).isTrue();
    }
    assertThat(
            holds(
                EvidenceSource.URL_OCI,
                GET,
                ok("Content-Type", "text/plain", "Content-Type", "text/html")))
        .isFalse();
  }

  @Test
  void anAnswerWithoutATypeIsDataUnlessABrowserAsks() {
    assertThat(holds(EvidenceSource.URL_BY_HASH, GET, ok())).isTrue();
    for (RequestHead browser :
        List.of(
            get(GET.url(), "Accept", "text/html,*/*;q=0.8"),
            get(GET.url(), "Sec-Fetch-Mode", "no-cors"),
            get(GET.url(), "Referer", "https://evil.example/"),
            get(GET.url(), "Origin", "https://evil.example"))) {
      assertThat(holds(EvidenceSource.URL_BY_HASH, browser, ok())).isFalse();
    }
  }

  private static boolean holds(EvidenceSource source, RequestHead request, ResponseHead head) {
    return EvidenceRules.holdsFor(new ProvesWhole(BODY, source), request, head);
  }

  @Property(tries = 2000, seed = "9530")
  void nothingInAHeadMakesTheRulesThrow(@ForAll String url, @ForAll String value) {
    RequestHead request = get(url, EvidenceRules.INTEGRITY_FIELD, value);
    ResponseHead response =
        ok(
            "Repr-Digest", value,
            "Content-Digest", value,
            "x-amz-checksum-sha256", value,
            "x-checksum-sha256", value,
            "Docker-Content-Digest", value,
            "Content-Type", value);
    assertThat(EvidenceRules.ofRequest(request)).isEmpty();
    assertThat(EvidenceRules.ofResponse(GET, response)).isEmpty();
  }

  @Property(tries = 500, seed = "9531")
  void aStatedDigestIsFoundWhateverStandsAround(@ForAll byte[] body, @ForAll String noise) {
    Digest digest = new Digest(Digest.Algorithm.SHA_256, ByteString.of(body).sha256());
    String member = "sha-256=:" + digest.value().base64() + ":";
    assertThat(EvidenceRules.ofResponse(GET, ok("X", noise, "Repr-Digest", member)))
        .containsExactly(new ProvesWhole(digest, EvidenceSource.REPR_DIGEST));
  }
}
