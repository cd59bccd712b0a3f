package dev.fugitive.cache.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodedHeadTest {
  private static final ResponseHead ANSWER = answer("Content-Encoding", "gzip");

  private static ResponseHead answer(String... fields) {
    return new ResponseHead(200, "OK", Fields.of(fields));
  }

  private static RequestHead asking(String... fields) {
    return new RequestHead("GET", "http://a.example/x.js", Fields.of(fields));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"gzip, br", "", "gzip;q=1.0, *;q=0.5", "*;q=0, identity", "identity;q=0.001"})
  void whoTakesWhatHasNoCodingMayBeGivenIt(String accepted) {
    assertThat(DecodedHead.isAllowed(asking("Accept-Encoding", accepted), ANSWER)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip, identity;q=0", "gzip, *;q=0", "br, Identity ; q=0.000"})
  void whoDoesNotTakeWhatHasNoCodingIsNotGivenIt(String accepted) {
    assertThat(DecodedHead.isAllowed(asking("Accept-Encoding", accepted), ANSWER)).isFalse();
  }

  @Test
  void neitherSideMayHaveForbiddenIt() {
    assertThat(DecodedHead.isAllowed(asking(), ANSWER)).isTrue();
    assertThat(DecodedHead.isAllowed(asking("Cache-Control", "no-transform"), ANSWER)).isFalse();
    assertThat(DecodedHead.isAllowed(asking(), answer("Cache-Control", "max-age=60, no-transform")))
        .isFalse();
  }

  @Test
  void whatSpeaksOfTheCodedBytesIsLeftOut() {
    ResponseHead decoded =
        DecodedHead.of(
            answer(
                "Content-Type", "text/javascript",
                "Content-Encoding", "br",
                "Content-Length", "10",
                "Accept-Ranges", "bytes",
                "Repr-Digest", "sha-256=:AAAA:",
                "Vary", "Accept-Encoding",
                "etag", "\"a\""),
            40);

    assertThat(decoded)
        .isEqualTo(
            answer(
                "Content-Type", "text/javascript",
                "Vary", "Accept-Encoding",
                "etag", "W/\"a\"",
                "Content-Length", "40"));
  }
}
