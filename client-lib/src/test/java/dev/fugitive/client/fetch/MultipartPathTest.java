package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An origin's answer of several ranges: what comes in it need not be asked for again. */
final class MultipartPathTest {
  private static final String WHOLE = "0123456789".repeat(100);

  private final MockWebServer origin = new MockWebServer();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile String tag = "\"1\"";
  private volatile String secondRange = "bytes 500-599/1000";
  private FugitiveNode node;

  @BeforeEach
  void start() throws IOException {
    origin.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            String range = String.valueOf(request.getHeaders().get("Range"));
            asked.add(range);
            return range.contains(",") ? several() : one(range);
          }
        });
    origin.start();
    node = LoneNode.start();
  }

  @AfterEach
  void close() throws IOException {
    node.close();
    origin.close();
  }

  private MockResponse several() {
    return head()
        .addHeader("Content-Type", "multipart/byteranges; boundary=b")
        .body(part("bytes 0-99/1000", 0) + part(secondRange, 500) + "--b--\r\n")
        .build();
  }

  private static String part(String range, int from) {
    return "--b\r\nContent-Type: text/plain\r\nContent-Range: "
        + range
        + "\r\n\r\n"
        + WHOLE.substring(from, from + 100)
        + "\r\n";
  }

  private MockResponse one(String range) {
    int dash = range.indexOf('-');
    int first = Integer.parseInt(range.substring("bytes=".length(), dash));
    int last = Integer.parseInt(range.substring(dash + 1));
    return head()
        .addHeader("Content-Type", "text/plain")
        .addHeader("Content-Range", "bytes %d-%d/1000".formatted(first, last))
        .body(WHOLE.substring(first, last + 1))
        .build();
  }

  private MockResponse.Builder head() {
    MockResponse.Builder head =
        new MockResponse.Builder().code(206).addHeader("Cache-Control", "max-age=60");
    return tag.isEmpty() ? head : head.addHeader("ETag", tag);
  }

  @Test
  void eachPartAnswersLaterRequestsAndIsCombinedWithOthers() throws IOException {
    assertThat(get("bytes=0-99,500-599")).contains("Content-Range: bytes 500-599/1000");
    assertThat(get("bytes=10-89")).isEqualTo(WHOLE.substring(10, 90));
    assertThat(get("bytes=500-599")).isEqualTo(WHOLE.substring(500, 600));
    assertThat(get("bytes=0-599")).isEqualTo(WHOLE.substring(0, 600));
    assertThat(asked).containsExactly("bytes=0-99,500-599", "bytes=100-499");
  }

  @Test
  void partsThatNoStrongValidatorTiesTogetherAreNotKept() throws IOException {
    for (String weak : List.of("", "W/\"1\"")) {
      tag = weak;
      asked.clear();
      get("bytes=0-99,500-599");
      assertThat(get("bytes=0-99")).isEqualTo(WHOLE.substring(0, 100));
      assertThat(asked).containsExactly("bytes=0-99,500-599", "bytes=0-99");
      var unused = node.stock().purge(origin.url("/a").toString());
    }
  }

  @Test
  void aPartThatLiesAboutWhereItIsIsNotKept() throws IOException {
    for (String lie : List.of("bytes 50-149/1000", "bytes 500-589/1000", "bytes 500-609/1000")) {
      var unused = node.stock().purge(origin.url("/a").toString());
      secondRange = lie;
      asked.clear();
      get("bytes=0-99,500-599");
      assertThat(get("bytes=500-599")).isEqualTo(WHOLE.substring(500, 600));
      assertThat(get("bytes=100-149")).isEqualTo(WHOLE.substring(100, 150));
      assertThat(asked).contains("bytes=500-599", "bytes=100-149");
    }
  }

  private String get(String range) throws IOException {
    Request request = new Request.Builder().url(origin.url("/a")).header("Range", range).build();
    try (Response response = node.asSent().newCall(request).execute()) {
      return response.body().string();
    }
  }
}
