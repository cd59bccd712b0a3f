package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller may write into Fugitive-Integrity, and what it can then rely on. */
class IntegrityFieldTest {
  private static final String BODY = "the body";
  private static final String RIGHT = "sha256-" + ByteString.encodeUtf8(BODY).sha256().base64();
  private static final String WRONG = "sha256-" + ByteString.encodeUtf8("other").sha256().base64();
  private static final String STRONGER = "sha512-" + ByteString.encodeUtf8(BODY).sha512().base64();

  private final MockWebServer origin = new MockWebServer();
  private FugitiveNode node;

  @BeforeEach
  void start() throws IOException {
    origin.start();
    node = LoneNode.start();
    origin.enqueue(
        new MockResponse.Builder().addHeader("Cache-Control", "max-age=60").body(BODY).build());
  }

  @AfterEach
  void close() throws IOException {
    node.close();
    origin.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sha256", "sha256-", "sha256-@@@", "sha256-AAAA", "md5-AAAA", "0123"})
  void whatNamesNoDigestIsRefusedAndNothingIsAsked(String field) throws IOException {
    Request request = request(field);

    try (Response response = node.asSent().newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(400);
      assertThat(response.body().string()).contains("Fugitive-Integrity: ", "(expected: ");
    }
    assertThatThrownBy(() -> node.client().newCall(request))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Fugitive-Integrity: ")
        .hasMessageContaining("(expected: ");
    assertThat(origin.getRequestCount()).isZero();
  }

  @Test
  void oneOfSeveralDigestsIsEnough() throws IOException {
    assertThat(get(WRONG + " " + RIGHT)).isEqualTo(BODY);
  }

  @Test
  void onlyTheStrongestAlgorithmCounts() throws IOException {
    assertThat(get(WRONG + " " + STRONGER)).isEqualTo(BODY);
  }

  @Test
  void anUnknownAlgorithmBesideAKnownOneIsLeftOut() throws IOException {
    assertThat(get("blake9-AAAA " + RIGHT)).isEqualTo(BODY);
  }

  @Test
  void aWrongBodyStaysRefusedHoweverOftenItIsRead() throws IOException {
    String empty = "sha256-" + ByteString.EMPTY.sha256().base64();
    try (Response response = node.client().newCall(request(empty)).execute()) {
      BufferedSource source = response.body().source();
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(source::readByteString).isInstanceOf(IntegrityException.class);
      }
    }
  }

  @Test
  void theHeadOfAnAnswerHasNoBodyToCheck() throws IOException {
    Call call = node.client().newCall(request(RIGHT).newBuilder().head().build());

    try (Response response = call.execute()) {
      assertThat(response.code()).isEqualTo(200);
      assertThat(response.body().bytes()).isEmpty();
    }
  }

  @Test
  void theDigestIsOfTheFileSoNoCodingIsAskedFor() throws Exception {
    assertThat(get(RIGHT)).isEqualTo(BODY);
    assertThat(origin.takeRequest().getHeaders().get("Accept-Encoding")).isNull();
  }

  private String get(String integrity) throws IOException {
    try (Response response = node.client().newCall(request(integrity)).execute()) {
      return response.body().string();
    }
  }

  private Request request(String integrity) {
    return new Request.Builder()
        .url(origin.url("/a"))
        .header("Fugitive-Integrity", integrity)
        .build();
  }
}
