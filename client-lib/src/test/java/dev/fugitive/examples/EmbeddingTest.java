package dev.fugitive.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.fetch.IntegrityException;
import dev.fugitive.client.fetch.NodeSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples work, and the page quotes them as they are. */
class EmbeddingTest {
  private static final Pattern QUOTE =
      Pattern.compile("<!-- Embedding\\.(\\w+) -->\\n```java\\n(.*?)```", Pattern.DOTALL);

  private final MockWebServer origin = new MockWebServer();
  private FugitiveNode node;

  @TempDir Path directory;

  @BeforeEach
  void start() throws IOException {
    origin.start();
    node = FugitiveNode.start(NodeSettings.inMemory());
  }

  @AfterEach
  void close() throws IOException {
    node.close();
    origin.close();
  }

  @Test
  void okHttpsProgramsGetTheBody() throws IOException {
    answer("one");
    answer("two");

    assertThat(Embedding.callFactory(origin.url("/a").toString())).isEqualTo("one");
    assertThat(Embedding.interceptor(node, new OkHttpClient(), request())).isEqualTo("two");
  }

  @Test
  void programsOfTheJdksClientGetTheBody() throws Exception {
    answer("one");
    answer("two");
    Path file = directory.resolve("file");
    HttpRequest request = HttpRequest.newBuilder(origin.url("/a").uri()).build();

    assertThat(Embedding.jdkClient(node, origin.url("/a").uri())).isEqualTo("one");
    assertThat(Embedding.jdkSettings(node, request, file).get(10, TimeUnit.SECONDS))
        .hasContent("two");
  }

  @Test
  void theDigestIsChecked() throws IOException {
    answer("one");
    answer("two");
    String digest = "sha256-" + ByteString.encodeUtf8("one").sha256().base64();

    assertThat(Embedding.integrity(node, request(), digest)).asString().isEqualTo("one");
    assertThatThrownBy(() -> Embedding.integrity(node, request(), digest))
        .isInstanceOf(IntegrityException.class);
  }

  @Test
  void progressAndSourcesAreTold() throws IOException {
    answer("x".repeat(600_000));
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    Embedding.progress(node, request(), new PrintStream(heard, true, StandardCharsets.UTF_8));

    assertThat(heard.toString(StandardCharsets.UTF_8).lines())
        .hasSize(3)
        .last()
        .isEqualTo("from peers: 0 bytes");
  }

  @Test
  void offlineIs504() throws IOException {
    assertThat(Embedding.offline(node, request())).isEqualTo(504);
  }

  @Test
  void thePageQuotesTheExamplesAsTheyAre() throws IOException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("fugitive.root")));
    String page = Files.readString(root.resolve("docs/embedding.md"));
    String source =
        Files.readString(
            root.resolve("client-lib/src/test/java/dev/fugitive/examples/Embedding.java"));
    List<MatchResult> quotes = QUOTE.matcher(page).results().toList();

    assertThat(quotes)
        .extracting(quote -> quote.group(1))
        .containsExactlyInAnyOrder(
            "callFactory",
            "interceptor",
            "jdkClient",
            "jdkSettings",
            "integrity",
            "progress",
            "offline");
    assertThat(quotes)
        .allSatisfy(quote -> assertThat(quote.group(2)).isEqualTo(body(source, quote.group(1))));
  }

  /** The body of a method of the examples, moved to the margin. */
  private static String body(String source, String method) {
    Matcher found =
        Pattern.compile("  static \\S+ " + method + "\\([^{]*\\{\\n(.*?)\\n  }\\n", Pattern.DOTALL)
            .matcher(source);
    assertThat(found.find()).as(method).isTrue();
    return found.group(1).replaceAll("(?m)^ {4}", "") + "\n";
  }

  private void answer(String body) {
    origin.enqueue(new MockResponse.Builder().body(body).build());
  }

  private Request request() {
    return new Request.Builder().url(origin.url("/a")).build();
  }
}
